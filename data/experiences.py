"""Mes expériences: posts held, internships, tutoring, activities outside work, distinctions."""

from typing import ClassVar

from data.fields import Element, Ligne, champ, champ_competences, champ_debut, champ_fin
from data.values import Duree, Etape, PartialDate, Periode, Quotite


class Emploi(Ligne):
    """Décret art. 1, 8°: a post held, with the competences it used, inside or outside the fonction publique."""

    singulier: ClassVar[str] = "un emploi"
    pluriel: ClassVar[str] = "Emplois tenus"
    intro: ClassVar[str] = "Tous vos postes, dans et hors de la fonction publique, du plus récent au plus ancien."

    intitule: str = champ("Poste ou fonction", "L’intitulé de la fiche de poste.", base="L", requis=True)
    employeur: str = champ("Employeur", "Collectivité, établissement ou entreprise.", requis=True)
    debut: PartialDate | None = champ_debut()
    fin: PartialDate | None = champ_fin()
    secteur: str = champ("Secteur", "FPT, FPE, FPH, autre public, privé, associatif…", base="F", liste="secteurs")
    nature_employeur: str = champ(
        "Nature de l’employeur", "Commune, EPCI, département, région, CCAS, SDIS…", liste="natures_employeur"
    )
    ville: str = champ("Ville", "Commune du lieu de travail.")
    taille: str = champ("Taille", "Population ou effectif : 31 000 habitants, 1 100 agents.")
    service: str = champ("Service ou direction", "Là où le poste se situe.")
    metier: str = champ("Métier", "Du répertoire des métiers territoriaux, ou libre.", liste="familles_metiers")
    statut: str = champ("Statut", "Titulaire, stagiaire, contractuel, salarié du privé…", base="F", liste="statuts")
    categorie: str = champ("Catégorie", "A+, A, B ou C.", base="F", liste="categories")
    cadre_emplois: str = champ(
        "Cadre d’emplois",
        "Les 60 cadres d’emplois, ou un ancien intitulé en toutes lettres.",
        base="F",
        liste="cadres_emplois",
    )
    grade: str = champ("Grade", "Le dernier grade tenu dans ce poste.", base="F")
    grades: tuple[Etape, ...] = champ(
        "Grades et dates d’effet",
        "Un par ligne, avec sa date : 01/07/2024 : rédactrice principale de 1re classe.",
        defaut=(),
        base="F",
    )
    nomination: PartialDate | None = champ(
        "Nomination",
        "Date de nomination dans le cadre d’emplois, si elle ouvre des formations obligatoires.",
        defaut=None,
        base="F",
    )
    titularisation: PartialDate | None = champ(
        "Titularisation", "Date de titularisation, si elle a eu lieu dans ce poste.", defaut=None, base="F"
    )
    position: str = champ(
        "Position", "Activité, détachement, disponibilité, congé parental.", base="F", liste="positions"
    )
    mode_entree: str = champ("Mode d’entrée", "Recrutement, concours, mutation, détachement…", liste="modes_entree")
    mode_depart: str = champ("Mode de départ", "Mutation, détachement, fin de contrat…", liste="modes_entree")
    temps_travail: str = champ("Temps de travail", "Complet, non complet (n/35) ou partiel.", liste="temps_travail")
    quotites: tuple[Quotite, ...] = champ(
        "Quotité", "En pourcentage du temps complet, avec sa date si elle a changé : 90 % depuis 09/2024.", defaut=()
    )
    niveau: str = champ(
        "Niveau de responsabilité",
        "Exécution, application, encadrement de proximité, direction.",
        base="L",
        liste="niveaux_responsabilite",
    )
    poste_responsabilite: PartialDate | None = champ(
        "Poste à responsabilité depuis",
        "La date d’affectation, si la fiche de poste le dit : elle ouvre une formation obligatoire.",
        defaut=None,
        base="F",
    )
    encadrement: int | None = champ(
        "Agents encadrés", "Nombre d’agents sous votre responsabilité.", defaut=None, base="F"
    )
    encadrement_type: str = champ("Type d’encadrement", "Hiérarchique, fonctionnel, de projet.", base="F")
    budget: str = champ("Budget et projets", "Montants suivis, projets conduits.")
    missions: str = champ(
        "Missions principales", "De 3 à 10 lignes, un verbe et un objet chacune.", base="F", markdown=True
    )
    realisations: str = champ(
        "Réalisations", "Situation, action, résultat : ce que vous avez mené à bien.", base="F", markdown=True
    )
    competences: tuple[str, ...] = champ(
        "Compétences mises en œuvre",
        "Le décret les demande pour chaque emploi.",
        defaut=(),
        base="L",
        lien="competences",
        requis=True,
    )
    contact: str = champ("Référent", "Une personne à contacter. Jamais envoyé par défaut.", classe=1)

    @property
    def grade_actuel(self) -> str:
        """The last grade held in the post: the latest dated one, else the one typed."""
        return max(self.grades, key=lambda etape: etape.date).libelle if self.grades else self.grade


class Stage(Ligne):
    """Décret art. 4 and 5: an internship, apprenticeship or immersion."""

    singulier: ClassVar[str] = "un stage"
    pluriel: ClassVar[str] = "Stages, apprentissage, immersions"
    intro: ClassVar[str] = "Stages d’études, contrats d’apprentissage, périodes d’immersion professionnelle."

    intitule: str = champ("Intitulé", "L’objet du stage ou de l’immersion.", base="L", requis=True)
    type: str = champ(
        "Type", "Stage d’études, apprentissage, PMSMP, immersion professionnelle.", base="F", liste="types_stage"
    )
    organisme: str = champ("Organisme d’accueil", "Là où il s’est déroulé.", requis=True)
    service: str = champ("Service", "Direction ou service d’accueil.")
    ville: str = champ("Ville", "Commune du lieu d’accueil.")
    debut: PartialDate | None = champ_debut()
    fin: PartialDate | None = champ_fin()
    duree: Duree | None = champ("Durée", "En jours ou en heures.", defaut=None, base="L")
    niveau: str = champ("Niveau", "Niveau de la formation préparée, s’il y a lieu.", base="L", liste="niveaux")
    missions: str = champ("Missions", "Ce que vous y avez fait ou observé.", markdown=True)
    competences: tuple[str, ...] = champ_competences(base="L")
    contact: str = champ("Tuteur ou référent", "Jamais envoyé par défaut.", classe=1)


class Tutorat(Ligne):
    """Décret art. 1, 7°: somebody accompanied."""

    singulier: ClassVar[str] = "un tutorat"
    pluriel: ClassVar[str] = "Tutorats"
    intro: ClassVar[str] = "Les personnes que vous avez accompagnées : apprentis, stagiaires, nouveaux collègues."

    intitule: str = champ("Objet", "Qui ou quoi : apprentie en BUT GEA, stagiaire de BTS…", base="L", requis=True)
    role: str = champ("Rôle", "Tuteur, maître d’apprentissage, référent.", base="F", liste="roles_tutorat")
    organisme: str = champ("Organisme", "L’employeur où le tutorat a eu lieu.")
    nombre: int | None = champ("Personnes accompagnées", "Leur nombre.", defaut=None)
    debut: PartialDate | None = champ_debut()
    fin: PartialDate | None = champ_fin()
    duree: Duree | None = champ("Durée", "En jours ou en heures.", defaut=None, base="L")
    niveau: str = champ("Niveau", "Niveau de la personne accompagnée.", base="L", liste="niveaux")
    contenu: str = champ("Ce que vous avez transmis", "Quelques lignes.", markdown=True)
    competences: tuple[str, ...] = champ_competences()


class Activite(Ligne):
    """An activity outside work: volunteering, reserve, mandate; some of the CEC list reveal opinions."""

    singulier: ClassVar[str] = "une activité"
    pluriel: ClassVar[str] = "Activités extra-professionnelles"
    intro: ClassVar[str] = (
        "Bénévolat, réserve, sapeur-pompier volontaire, mandats… "
        "Action syndicale et mandats sont confidentiels par défaut : ils révèlent des opinions."
    )

    intitule: str = champ("Fonction", "Trésorière, formatrice bénévole, conseillère municipale…", base="F", requis=True)
    type: str = champ("Type", "Bénévolat, réserve, action syndicale, mandat électif…", base="F", liste="engagements")
    organisme: str = champ("Organisme", "Association, syndicat, collectivité.")
    debut: PartialDate | None = champ_debut(base="F")
    fin: PartialDate | None = champ_fin(base="F")
    volume: str = champ("Volume", "Par exemple 4 h par mois.")
    missions: str = champ("Missions", "Ce que vous y faites.", base="F", markdown=True)
    competences: tuple[str, ...] = champ_competences(base="F")


class Distinction(Ligne):
    """A medal, a publication, a professional network."""

    singulier: ClassVar[str] = "une distinction"
    pluriel: ClassVar[str] = "Distinctions, publications, réseaux"
    intro: ClassVar[str] = "Médailles d’honneur, publications, réseaux professionnels."

    intitule: str = champ("Intitulé", "Le nom de la distinction, du texte ou du réseau.", requis=True)
    type: str = champ("Type", "Distinction, publication, réseau professionnel.", liste="types_distinction")
    organisme: str = champ("Organisme", "Qui l’a décernée ou publiée.")
    date: PartialDate | None = champ("Date", "Année ou mois.", defaut=None)
    description: str = champ("Description", "Quelques mots.", markdown=True)
    competences: tuple[str, ...] = champ_competences()

    @property
    def periode_ligne(self) -> Periode | None:
        """Its date."""
        return Periode(self.date, self.date) if self.date else None


class Experiences(Element):
    """The part « Mes expériences »."""

    emplois: tuple[Emploi, ...] = ()
    stages: tuple[Stage, ...] = ()
    tutorats: tuple[Tutorat, ...] = ()
    activites: tuple[Activite, ...] = ()
    distinctions: tuple[Distinction, ...] = ()
