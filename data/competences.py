"""Mes compétences: what the agent knows, can do and is, with languages, software, licences."""

from typing import ClassVar

from data.fields import Element, Ligne, champ, champ_debut, champ_fin
from data.values import PartialDate, Periode


class Competence(Ligne):
    """A connaissance, a savoir-faire or a savoir-être; its proofs are computed from the rows that name it."""

    singulier: ClassVar[str] = "une compétence"
    pluriel: ClassVar[str] = "Compétences"
    intro: ClassVar[str] = "Un verbe, un objet, un contexte : « Élaborer un plan de formation pluriannuel »."

    libelle: str = champ("Libellé", "Un verbe, un objet, un contexte.", base="L", requis=True)
    categorie: str = champ(
        "Catégorie", "Connaissance, savoir-faire, savoir-être…", base="L", liste="categories_competence"
    )
    domaine: str = champ("Domaine", "Famille ou domaine professionnel.", liste="domaines_competence")
    niveau: int | None = champ(
        "Maîtrise",
        "De 0 (à acquérir) à 4 (expertise). Facultatif : une auto-évaluation peut desservir.",
        defaut=None,
        base="L",
        liste="echelle_maitrise",
    )
    contextes: tuple[str, ...] = champ(
        "Contexte d’acquisition",
        "Professionnel, formation, personnel.",
        defaut=(),
        base="F",
        liste="contextes_acquisition",
    )
    exemple: str = champ(
        "Exemple de situation", "Une situation concrète où vous l’avez mise en œuvre.", base="F", markdown=True
    )
    derniere_annee: PartialDate | None = champ("Dernière mise en œuvre", "L’année suffit.", defaut=None)
    evaluation: str = champ(
        "Évaluée", "Auto-évaluée, évaluée en entretien professionnel, certifiée.", liste="evaluations"
    )


class Langue(Ligne):
    """A language, by the five CECRL skills."""

    singulier: ClassVar[str] = "une langue"
    pluriel: ClassVar[str] = "Langues"
    intro: ClassVar[str] = "Vos langues, avec les niveaux du cadre européen (A1 à C2)."

    langue: str = champ("Langue", "Anglais, espagnol, LSF, langue régionale…", requis=True)
    niveau: str = champ("Niveau global", "A1 à C2, ou langue maternelle.", base="L", liste="cecrl")
    ecouter: str = champ("Écouter", "Niveau de compréhension orale.", liste="cecrl")
    lire: str = champ("Lire", "Niveau de compréhension écrite.", liste="cecrl")
    converser: str = champ("Prendre part à une conversation", "Niveau d’interaction orale.", liste="cecrl")
    parler: str = champ("S’exprimer en continu", "Niveau d’expression orale.", liste="cecrl")
    ecrire: str = champ("Écrire", "Niveau d’expression écrite.", liste="cecrl")
    certification: str = champ("Certification", "Le test ou le diplôme, et son score.")
    date_certification: PartialDate | None = champ("Date de la certification", "Mois ou année.", defaut=None)
    date_echeance: PartialDate | None = champ("Valable jusqu’au", "Si elle expire.", defaut=None)


class Numerique(Ligne):
    """Software or a digital skill."""

    singulier: ClassVar[str] = "un outil numérique"
    pluriel: ClassVar[str] = "Numérique"
    intro: ClassVar[str] = "Logiciels métiers, bureautique, certification Pix."

    outil: str = champ("Outil ou domaine", "Logiciel métier, tableur, Pix…", requis=True)
    usage: str = champ("Usage", "Ce que vous en faites.")
    niveau: int | None = champ(
        "Maîtrise", "De 0 (à acquérir) à 4 (expertise).", defaut=None, base="L", liste="echelle_maitrise"
    )
    certification: str = champ("Certification ou score", "Par exemple : Pix, 612 pix.")
    date_certification: PartialDate | None = champ("Date de la certification", "Mois ou année.", defaut=None)


class Habilitation(Ligne):
    """A licence, CACES, certificate or authorisation, with its expiry and whether it lapses with the employer."""

    singulier: ClassVar[str] = "une habilitation"
    pluriel: ClassVar[str] = "Permis et habilitations"
    intro: ClassVar[str] = "Permis, CACES, habilitations, autorisations, avec leur échéance."

    intitule: str = champ("Intitulé", "Permis B, SST, CACES R489, habilitation électrique B1V…", requis=True)
    famille: str = champ("Famille", "Permis, CACES, secourisme, électricité…", liste="familles_habilitation")
    organisme: str = champ("Délivrée par", "Préfecture, organisme, employeur.")
    debut: PartialDate | None = champ_debut("Obtenue le", base="P")
    date_echeance: PartialDate | None = champ("Valable jusqu’au", "La date limite ou de recyclage.", defaut=None)
    fin: PartialDate | None = champ_fin("Terminée le", base="P")
    employeur_seulement: bool = champ(
        "Chez l’employeur seulement",
        "Autorisation de conduite ou habilitation électrique : elle cesse quand on change d’employeur.",
        defaut=False,
    )
    precision: str = champ("Précision", "Catégorie, symbole, étendue.")

    @property
    def periode_ligne(self) -> Periode | None:
        """When it was obtained, up to its end when it was withdrawn."""
        debut, fin = self.debut or self.fin, self.fin
        if debut is None:
            return None
        return Periode(debut, fin) if fin and fin.last >= debut.first else Periode(debut, debut)


class Competences(Element):
    """The part « Mes compétences »."""

    competences: tuple[Competence, ...] = ()
    langues: tuple[Langue, ...] = ()
    numerique: tuple[Numerique, ...] = ()
    habilitations: tuple[Habilitation, ...] = ()
    centres_interet: str = champ("Centres d’intérêt", "Facultatif.", markdown=True, classe=1)
