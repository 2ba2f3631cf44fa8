"""Mes formations: what décret n° 2008-830 art. 1 and 4 list under training, row by row.

Field sources: the domain tables of the livret (décret art. 1, 4, 5; official neighbouring forms); the letter
of each field's ``base`` says which.
"""

from typing import ClassVar

from data.fields import Element, Ligne, champ, champ_competences, champ_debut, champ_fin
from data.values import Duree, Etape, PartialDate, Periode


class Titre(Ligne):
    """A diploma, title or certificate, however obtained."""

    intitule: str = champ("Intitulé exact", "Tel qu’il figure sur le document.", base="L", requis=True)
    type: str = champ(
        "Type", "Diplôme national, titre professionnel, CQP, certificat…", base="L", liste="types_diplome"
    )
    origine: str = champ(
        "Origine", "Formation initiale, formation continue, VAE, équivalence…", base="L", liste="origines_diplome"
    )
    niveau: str = champ(
        "Niveau",
        "De 1 à 8 dans le cadre national des certifications ; l’ancien niveau (V à I) s’en déduit.",
        base="L",
        liste="niveaux",
    )
    specialite: str = champ("Spécialité", "Spécialité, option ou parcours.")
    etablissement: str = champ("Établissement", "Établissement, organisme ou académie.")
    ville: str = champ("Ville", "Ville de l’établissement.")
    pays: str = champ("Pays", "À remplir pour un diplôme obtenu à l’étranger.")
    date_obtention: PartialDate | None = champ(
        "Date d’obtention",
        "L’année ou le mois suffisent pour un ancien diplôme : 1998, 07/1998.",
        defaut=None,
        base="L",
        requis=True,
    )
    obtention: str = champ(
        "Obtention", "Complète, partielle (blocs validés) ou niveau sans diplôme.", liste="obtentions"
    )
    mention: str = champ("Mention ou score", "Mention, note ou score obtenu.")
    code_rncp: str = champ("Code RNCP ou RS", "Facultatif : le numéro au répertoire national, par exemple RNCP35009.")
    date_echeance: PartialDate | None = champ(
        "Valable jusqu’au", "Pour les certifications qui expirent ; vous serez prévenu à l’avance.", defaut=None
    )
    contenu: str = champ("Contenu", "Les matières principales.", base="F", markdown=True)
    competences: tuple[str, ...] = champ_competences()

    @property
    def periode_ligne(self) -> Periode | None:
        """The date it was obtained."""
        return Periode(self.date_obtention, self.date_obtention) if self.date_obtention else None


class Diplome(Titre):
    """Décret art. 1, 1°: diplomas and titles of initial education."""

    singulier: ClassVar[str] = "un diplôme"
    pluriel: ClassVar[str] = "Diplômes et titres"
    intro: ClassVar[str] = "Les diplômes et titres obtenus au cours de votre formation initiale."


class Certification(Titre):
    """Décret art. 1, 2°: professional certifications of continuing education or VAE."""

    singulier: ClassVar[str] = "une certification"
    pluriel: ClassVar[str] = "Certifications"
    intro: ClassVar[str] = "Les certifications obtenues par la formation continue ou la VAE."


class ActionFormation(Ligne):
    """Décret art. 1, 3°: a training followed, with the items of a training offer (arrêté du 1er août 2023, art. 3)."""

    singulier: ClassVar[str] = "une formation suivie"
    pluriel: ClassVar[str] = "Formations suivies"
    intro: ClassVar[str] = "Toutes les formations suivies au cours de la carrière, obligatoires ou choisies."

    intitule: str = champ("Intitulé", "Tel qu’il figure sur l’attestation.", base="F", requis=True)
    type: str = champ(
        "Type",
        "Intégration, professionnalisation, perfectionnement, préparation aux concours…",
        base="L",
        liste="types_formation",
    )
    organisme: str = champ(
        "Organisme", "CNFPT, employeur (intra), ANFH, organisme privé…", base="F", liste="organismes"
    )
    sessions: tuple[Periode, ...] = champ(
        "Dates",
        "Une ou plusieurs périodes, séparées par des points-virgules : 03/02/2014 – 07/02/2014 ; 06/10/2014.",
        defaut=(),
        base="L",
        requis=True,
    )
    duree: Duree | None = champ(
        "Durée",
        "En jours ou en heures, comme sur l’attestation : 3 j, 0,5 j, 14 h.",
        defaut=None,
        base="L",
        requis=True,
    )
    modalite: str = champ(
        "Modalité", "Présentiel, à distance, mixte, en situation de travail.", base="F", liste="modalites"
    )
    lieu: str = champ("Lieu", "Ville ou site.", base="F")
    niveau: str = champ(
        "Niveau",
        "Initiation, approfondissement, expertise, ou un niveau de 1 à 8.",
        base="L",
        liste="niveaux_formation",
    )
    cadre: str = champ(
        "Cadre", "Obligatoire, plan de formation, CPF, congé de formation, personnel…", liste="cadres_formation"
    )
    organisation: str = champ(
        "Organisation", "Intra, inter, union de collectivités, individuel.", liste="organisations"
    )
    code_stage: str = champ("Code du stage", "Le code CNFPT de la session, s’il figure sur l’attestation.")
    resultat: str = champ(
        "Résultat", "Attestation de suivi, évaluation des acquis, certification…", base="F", liste="resultats"
    )
    objectifs: str = champ(
        "Objectifs et contenu", "Ce que la formation visait et ce qu’elle contenait.", base="F", markdown=True
    )
    competences: tuple[str, ...] = champ_competences(base="L")

    @property
    def periode_ligne(self) -> Periode | None:
        """From the first day of the first session to the last day of the last."""
        if not self.sessions:
            return None
        first, last = min(self.sessions), max(self.sessions, key=lambda s: (s.fin is None, s.fin or s.debut))
        return Periode(first.debut, last.fin)


class Dispense(Ligne):
    """A waiver of statutory training granted by the CNFPT (décret n° 2008-512, art. 17 à 19)."""

    singulier: ClassVar[str] = "une dispense"
    pluriel: ClassVar[str] = "Dispenses accordées"
    intro: ClassVar[str] = "Les jours de formation statutaire dont le CNFPT vous a dispensé."

    formation: str = champ(
        "Formation concernée", "La formation statutaire dispensée.", base="F", liste="types_formation", requis=True
    )
    precision: str = champ("Précision", "Catégorie, cadre d’emplois ou année, si besoin.")
    duree: Duree | None = champ("Durée dispensée", "Nombre de jours dispensés.", defaut=None, base="F", requis=True)
    duree_due: Duree | None = champ("Durée due", "Nombre de jours de la formation entière.", defaut=None)
    fondement: str = champ(
        "Fondement",
        "Diplôme, expérience de 3 ans au moins, formation antérieure ou bilan de compétences.",
        base="F",
        liste="motifs_dispense",
    )
    date_decision: PartialDate | None = champ(
        "Date de la décision", "La date portée sur la décision du CNFPT.", defaut=None, base="F"
    )
    report: str = champ(
        "Jours reportés", "La formation à laquelle les jours dispensés ont été ajoutés, si vous l’avez demandé."
    )

    @property
    def periode_ligne(self) -> Periode | None:
        """The date of the decision."""
        return Periode(self.date_decision, self.date_decision) if self.date_decision else None


class ActionDispensee(Ligne):
    """Décret art. 1, 4°: a training the agent gave."""

    singulier: ClassVar[str] = "une formation donnée"
    pluriel: ClassVar[str] = "Formations données"
    intro: ClassVar[str] = "Les formations que vous avez animées et les jurys auxquels vous avez participé."

    intitule: str = champ("Intitulé", "Le thème de la formation ou du jury.", base="L", requis=True)
    role: str = champ("Rôle", "Formateur interne, intervenant CNFPT, membre de jury…", liste="roles_formateur")
    commanditaire: str = champ("Commanditaire", "Pour qui : CNFPT, employeur, centre de gestion…")
    public: str = champ("Public", "Les personnes formées et leur nombre.")
    debut: PartialDate | None = champ_debut()
    fin: PartialDate | None = champ_fin()
    duree: Duree | None = champ("Durée", "Durée totale, en jours ou en heures.", defaut=None, base="L")
    seances: int | None = champ("Sessions", "Nombre de sessions animées.", defaut=None)
    niveau: str = champ(
        "Niveau",
        "Initiation, approfondissement, expertise, ou un niveau de 1 à 8.",
        base="L",
        liste="niveaux_formation",
    )
    contenu: str = champ("Contenu", "Ce que vous avez conçu, animé ou évalué.", markdown=True)
    competences: tuple[str, ...] = champ_competences()


class Bilan(Ligne):
    """Décret art. 1, 5°: a bilan de compétences or a neighbouring accompaniment; its results are the agent's alone."""

    singulier: ClassVar[str] = "un bilan"
    pluriel: ClassVar[str] = "Bilans et accompagnements"
    intro: ClassVar[str] = "Bilans de compétences, bilans de parcours, conseil en évolution professionnelle."

    type: str = champ(
        "Type",
        "Bilan de compétences, bilan de parcours professionnel, CEP…",
        base="L",
        liste="types_bilan",
        requis=True,
    )
    prestataire: str = champ("Prestataire", "Le cabinet ou l’organisme.")
    debut: PartialDate | None = champ_debut()
    fin: PartialDate | None = champ_fin()
    duree: Duree | None = champ("Durée", "24 h au plus pour un bilan de compétences.", defaut=None, base="L")
    financement: str = champ("Financement", "Employeur, CPF ou personnel.", liste="financements")
    suites: str = champ("Suites", "Ce que vous en avez fait.", markdown=True, classe=2)
    synthese: str = champ("Synthèse", "Confidentielle : elle n’appartient qu’à vous.", markdown=True, classe=2)
    preconisations: str = champ(
        "Préconisations", "Facultatif (décret, art. 5). Confidentiel par défaut.", base="L", markdown=True, classe=2
    )
    competences: tuple[str, ...] = champ_competences()
    sensibilite: int = champ(
        "Confidentialité",
        "2 par défaut : les résultats d’un bilan ne sont communiqués qu’avec votre accord.",
        defaut=2,
        liste="classes_sensibilite",
    )


class Vae(Ligne):
    """Décret art. 1, 6°: a validation des acquis de l'expérience, phase by phase."""

    singulier: ClassVar[str] = "une VAE"
    pluriel: ClassVar[str] = "Validations des acquis de l’expérience"
    intro: ClassVar[str] = "Les parcours de VAE, de la recevabilité au jury."

    certification: str = champ("Certification visée", "L’intitulé exact de la certification.", base="L", requis=True)
    certificateur: str = champ("Certificateur", "Université, ministère, organisme.")
    etapes: tuple[Etape, ...] = champ(
        "Étapes",
        "Une par ligne, avec sa date : 03/2019 : recevabilité ; 12/2019 : jury, validation partielle.",
        defaut=(),
        base="L",
        liste="phases_vae",
    )
    duree: Duree | None = champ("Durée d’accompagnement", "24 h de congé au plus.", defaut=None, base="L")
    resultat: str = champ("Résultat", "Totale, partielle (blocs), refus ou en cours.", liste="resultats_vae")
    blocs: str = champ("Blocs validés", "En cas de validation partielle.")
    remarques: str = champ("Remarques", "Ce que la VAE a changé.", markdown=True)
    competences: tuple[str, ...] = champ_competences()

    @property
    def periode_ligne(self) -> Periode | None:
        """From the first step to the last."""
        dates = sorted(etape.date for etape in self.etapes)
        return Periode(dates[0], dates[-1]) if dates else None


class Concours(Ligne):
    """A competition or professional examination passed."""

    singulier: ClassVar[str] = "un concours ou examen"
    pluriel: ClassVar[str] = "Concours et examens professionnels"
    intro: ClassVar[str] = "Les concours et examens professionnels présentés."

    intitule: str = champ("Intitulé", "Cadre d’emplois et grade visés.", requis=True)
    voie: str = champ("Voie", "Externe, interne, 3e concours, examen professionnel.", liste="voies_concours")
    organisateur: str = champ("Organisateur", "Centre de gestion, CNFPT…")
    date: PartialDate | None = champ("Date", "Date du résultat : 2012 ou 11/2012.", defaut=None, requis=True)
    resultat: str = champ("Résultat", "Admissible, admis, non admis.", liste="resultats_concours")
    liste_aptitude_fin: PartialDate | None = champ(
        "Liste d’aptitude jusqu’au", "Fin de validité de l’inscription.", defaut=None
    )
    precision: str = champ("Précision", "Spécialité, rang, observations.")
    competences: tuple[str, ...] = champ_competences()

    @property
    def periode_ligne(self) -> Periode | None:
        """The date of the result."""
        return Periode(self.date, self.date) if self.date else None


class Formations(Element):
    """The part « Mes formations »."""

    diplomes: tuple[Diplome, ...] = ()
    certifications: tuple[Certification, ...] = ()
    actions: tuple[ActionFormation, ...] = ()
    dispenses: tuple[Dispense, ...] = ()
    actions_dispensees: tuple[ActionDispensee, ...] = ()
    bilans: tuple[Bilan, ...] = ()
    vae: tuple[Vae, ...] = ()
    concours: tuple[Concours, ...] = ()
