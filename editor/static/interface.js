// What Streamlit leaves us no other way to change: its own words in English, the name of the cell being edited,
// Ctrl+Z outside of text, and where a tab goes once the editor has stopped. What the agent wrote is never touched.
(() => {
  "use strict";

  // Dates, numbers and menus follow the browser's language; the editor's is French whatever the browser's.
  for (const [name, value] of [["language", "fr-FR"], ["languages", ["fr-FR", "fr"]]]) {
    Object.defineProperty(navigator, name, { get: () => value, configurable: true });
  }

  const WORDS = {
    // tables
    "Add row": "Ajouter une ligne",
    "Delete row(s)": "Supprimer les lignes choisies",
    "Clear selection": "Annuler la sélection",
    "Search": "Rechercher",
    "Close Search": "Fermer la recherche",
    "Next Result": "Résultat suivant",
    "Previous Result": "Résultat précédent",
    "Type to search": "Texte à chercher",
    "Fullscreen": "Plein écran",
    "Close fullscreen": "Quitter le plein écran",
    "Show/hide columns": "Colonnes affichées",
    "Download as CSV": "Télécharger en CSV",
    "Dataframe column menu": "Menu de la colonne",
    "Show column menu": "Menu de la colonne",
    "Button action menu": "Menu du bouton",
    "Sort ascending": "Tri croissant",
    "Sort descending": "Tri décroissant",
    "Statistics": "Statistiques",
    "Format": "Format",
    "Autosize": "Ajuster la largeur",
    "Pin column": "Figer la colonne",
    "Unpin column": "Libérer la colonne",
    "Hide column": "Masquer la colonne",
    "Copy column name": "Copier le nom de la colonne",
    "Automatic": "Automatique",
    "Localized": "À la française",
    "Plain": "Simple",
    "Compact": "Compact",
    "Percent": "Pourcentage",
    "Scientific": "Scientifique",
    "Accounting": "Comptable",
    "Distance": "Depuis combien de temps",
    "Calendar": "Calendrier",
    "Count": "Nombre",
    "Empty": "Vides",
    "Distinct": "Différentes",
    "Minimum": "Minimum",
    "Maximum": "Maximum",
    "Average": "Moyenne",
    "Median": "Médiane",
    "Sum": "Somme",
    "Standard deviation": "Écart type",
    "Minimum length": "Longueur minimale",
    "Maximum length": "Longueur maximale",
    "Average length": "Longueur moyenne",
    "Range": "Étendue",
    "Values": "Valeurs",
    "Top values frequency chart": "Valeurs les plus fréquentes",
    "Distribution histogram": "Répartition",
    "True/false distribution chart": "Répartition oui / non",
    "Based on sample": "D’après un échantillon",
    "No data": "Aucune donnée",
    "No content": "Aucun contenu",
    "No options": "Aucun choix",
    "empty": "vide",
    "Add...": "Ajouter…",
    "Edit": "Modifier",
    "Rename": "Renommer",
    "Edit markdown content": "Modifier le texte",
    "Markdown content": "Texte",
    "Enter markdown text...": "Votre texte…",
    "Cancel (Escape)": "Annuler (Échap)",
    "Invalid input.": "Cette valeur n’a pas la forme attendue.",
    "Incompatible value": "Cette valeur ne convient pas ici",
    "The value is not part of the allowed options.": "Cette valeur ne fait pas partie de la liste.",
    "Failed to load data": "Les données n’ont pas pu être affichées",
    "All selected options have been cleared.": "Tous les choix ont été retirés.",
    "Use left and right to toggle between focused values, press Backspace to remove the currently focused value":
      "Flèches gauche et droite pour passer d’une valeur à l’autre, Retour arrière pour retirer celle qui est choisie",
    "Scrollable table": "Tableau à faire défiler",
    // pick lists and fields
    "Choose an option": "Choisir",
    "Choose options": "Choisir",
    "Add an option": "Ajouter",
    "Add options": "Ajouter",
    "Choose or add an option": "Choisir ou ajouter",
    "Choose or add options": "Choisir ou ajouter",
    "No options to select": "Aucun choix",
    "No results": "Aucun résultat",
    "Select...": "Choisir…",
    "Select": "Choisir",
    "Select all": "Tout choisir",
    "Selected values": "Valeurs choisies",
    "Selectbox": "Liste",
    "Selectbox options": "Choix possibles",
    "Multiselect": "Liste à choix multiples",
    "Multiselect options": "Choix possibles",
    "Open": "Ouvrir",
    "Clear all": "Tout effacer",
    "Clear value": "Effacer",
    "Clear entry": "Effacer",
    "Show password": "Afficher le mot de passe",
    "Hide password": "Masquer le mot de passe",
    "Show password text": "Afficher le mot de passe",
    "Hide password text": "Masquer le mot de passe",
    "Increment": "Augmenter",
    "Decrement": "Diminuer",
    "Number is above the allowed range.": "Ce nombre est trop grand.",
    "Number is below the allowed range.": "Ce nombre est trop petit.",
    "Press Enter to apply": "Entrée pour valider",
    "Press Enter to submit form": "Entrée pour envoyer",
    "Press Ctrl+Enter to apply": "Ctrl+Entrée pour valider",
    "Press ⌘+Enter to apply": "⌘+Entrée pour valider",
    "Press Ctrl+Enter to submit form": "Ctrl+Entrée pour envoyer",
    "Press ⌘+Enter to submit form": "⌘+Entrée pour envoyer",
    "Help": "Aide",
    // dates
    "Choose date": "Choisir la date",
    "Choose date range": "Choisir la période",
    "Choose date and time": "Choisir la date et l’heure",
    "Clear date": "Effacer la date",
    "Clear dates": "Effacer les dates",
    "Clear time": "Effacer l’heure",
    "Clear date and time": "Effacer la date et l’heure",
    "Date range": "Période",
    "Quick select a date range": "Choisir vite une période",
    "Next month": "Mois suivant",
    "Previous month": "Mois précédent",
    "Past Week": "Semaine passée",
    "Past Month": "Mois passé",
    "Past 3 Months": "3 derniers mois",
    "Past 6 Months": "6 derniers mois",
    "Past Year": "Année passée",
    "Past 2 Years": "2 dernières années",
    "Use arrow keys to navigate dates. Enter to select. Escape to close.":
      "Flèches pour changer de date, Entrée pour choisir, Échap pour fermer.",
    // files
    "Upload": "Choisir un fichier",
    "Upload directories": "Choisir un dossier",
    "Add files": "Ajouter des fichiers",
    "add icon": "Ajouter",
    "Browse files": "Choisir un fichier",
    "Dropzone": "Dépôt de fichiers",
    "file upload": "choix de fichiers",
    "Drag and drop a file here": "Déposez un fichier ici",
    "Drag and drop file here": "Déposez un fichier ici",
    "Drag and drop files here": "Déposez des fichiers ici",
    "Drag and drop directories here": "Déposez un dossier ici",
    "Click to retry upload": "Cliquer pour réessayer",
    "Upload failed": "Le fichier n’a pas été reçu",
    "Too many files": "Trop de fichiers",
    "Only one file is allowed.": "Un seul fichier à la fois.",
    "File size is too small.": "Ce fichier est trop petit.",
    "Unexpected error. Please try again.": "Une erreur imprévue s’est produite. Recommencez.",
    "Network error": "L’éditeur ne répond pas",
    "Network Error": "L’éditeur ne répond pas",
    "Download failed": "Le téléchargement a échoué",
    // page, menu, dialogs
    "Skip to main content": "Aller au contenu",
    "Sidebar": "Menu",
    "App pages": "Pages",
    "Main menu": "Menu principal",
    "Menu": "Menu",
    "Expand sidebar": "Ouvrir le menu",
    "Collapse sidebar": "Fermer le menu",
    "Open sidebar": "Ouvrir le menu",
    "Close sidebar": "Fermer le menu",
    "Navigate to home page": "Aller à l’accueil",
    "Logo": "Logo",
    "App Logo": "Logo",
    "View less": "Afficher moins",
    "Scroll tabs left": "Onglets précédents",
    "Scroll tabs right": "Onglets suivants",
    "Notifications": "Notifications",
    "Link to heading": "Lien vers ce titre",
    "Copy to clipboard": "Copier",
    "Copied": "Copié",
    "Copy": "Copier",
    "Close": "Fermer",
    "Close dialog": "Fermer",
    "Dismiss": "Fermer",
    "Rejeter": "Fermer",
    "Cancel": "Annuler",
    "OK": "OK",
    "Try again": "Réessayer",
    "Pagination": "Pages",
    "Next page": "Page suivante",
    "Previous page": "Page précédente",
    "Print": "Imprimer",
    "Theme": "Apparence",
    "System": "Comme l’ordinateur",
    "Use system setting": "Comme l’ordinateur",
    "Light": "Claire",
    "Dark": "Sombre",
    // state
    "Loading...": "Chargement…",
    "Running...": "En cours…",
    "Stopping...": "Arrêt…",
    "Stop": "Arrêter",
    "Rerun": "Actualiser",
    "Connecting": "Connexion…",
    "Please wait...": "Un instant…",
    "Page not found": "Page introuvable",
    "The page that you have requested does not seem to exist": "Cette page n’existe pas",
    "Connection error": "Livret est arrêté",
    "Streamlit server is not responding. Are you connected to the internet?":
      "L’éditeur ne répond plus, et ce que vous tapez ici n’est plus enregistré. Copiez le texte en cours si vous y tenez, puis relancez Livret. Tout ce qui était enregistré l’est toujours.",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "L’éditeur ne répond plus. Relancez Livret : tout ce qui était enregistré l’est toujours.",
    "Connection timed out.": "L’éditeur ne répond plus. Relancez Livret.",
    "Connection lost. Please wait for the app to reconnect, then try again.":
      "L’éditeur ne répond pas. Attendez un instant, puis recommencez.",
    "Script execution error": "Erreur imprévue",
    "Your app is having trouble loading the component.": "Cet élément tarde à s’afficher.",
  };

  const SIZE = { B: "o", KB: "Ko", MB: "Mo", GB: "Go" };
  const KINDS = {
    text: "texte", number: "nombre", checkbox: "case à cocher", selectbox: "liste", multiselect: "liste à choix multiples",
    list: "liste", date: "date", datetime: "date et heure", time: "heure", link: "lien", button: "bouton", image: "image",
  };
  const PARTS = { day: "jour", month: "mois", year: "année" };
  const said = (day) => new Date(day).toLocaleDateString("fr-FR", { day: "numeric", month: "long", year: "numeric" });
  const RULES = [
    [/^(\d+(?:\.\d+)?)\s?(B|KB|MB|GB) per file(?: • .*)?$/, (_, size, unit) => `${size} ${SIZE[unit]} au plus par fichier`],
    [/^File (?:must be|is larger than) (\d+(?:\.\d+)?)\s?(B|KB|MB|GB)(?: or smaller)?\.?$/, (_, size, unit) => `Ce fichier dépasse ${size} ${SIZE[unit]}`],
    [/^File type must be .*$/, () => "Ce type de fichier n’est pas accepté ici."],
    [/^(\d+(?:\.\d+)?)(B|KB|MB|GB)$/, (_, size, unit) => `${size.replace(".", ",")} ${SIZE[unit]}`],
    [/^(Add row|Delete row\(s\)|Clear selection|Show\/hide columns|Search|Fullscreen|Close fullscreen|Download as CSV): (.+)$/,
      (_, action, table) => `${WORDS[action]} : ${table}`],
    [/^Add: (.+)$/, (_, what) => `Ajouter : ${what}`],
    [/^(\d+) options? available\.$/, (_, count) => count > 1 ? `${count} choix possibles.` : count > 0 ? "Un choix possible." : "Aucun choix."],
    [/^(.+), (\d+(?:\.\d+)?)(B|KB|MB|GB)$/, (_, file, size, unit) => `${file}, ${size.replace(".", ",")} ${SIZE[unit]}`],
    [/^Selected Date: (\w+ \d+, \d+)$/, (_, day) => `Date choisie : ${said(day)}`],
    [/^Selected Range: (\w+ \d+, \d+) to (\w+ \d+, \d+)$/, (_, from, to) => `Du ${said(from)} au ${said(to)}`],
    [/^Choose date, (.+)$/, (_, month) => `Choisir la date, ${month}`],
    [/^(day|month|year), (.+)$/, (_, part, label) => `${PARTS[part]}, ${label}`],
    [/^Help for (.+)$/, (_, what) => `Aide : ${what}`],
    [/^Remove (.+)$/, (_, what) => `Retirer ${what}`],
    [/^Cancel upload of (.+)$/, (_, what) => `Annuler l’envoi de ${what}`],
    [/^Save \((.+)\+Enter\)$/, (_, key) => `Enregistrer (${key}+Entrée)`],
    [/^Shortcut (.+)$/, (_, key) => `Raccourci ${key}`],
    [/^Select all (\d+)$/, (_, count) => `Tout choisir (${count})`],
    [/^Select (\d+) matches$/, (_, count) => `Choisir les ${count} résultats`],
    [/^(\d+) of (\d+) results?$/, (_, found, all) => `${found} sur ${all}`],
    [/^(\d+) results?$/, (_, count) => `${count} résultat${count > 1 ? "s" : ""}`],
    [/^View (\d+) more$/, (_, count) => `Afficher les ${count} autres`],
    [/^Page (\d+)$/, (_, page) => `Page ${page}`],
    [/^You can only select up to (\d+) options?\. Remove an option first\.$/, (_, most) => `Pas plus de ${most} choix : retirez-en un d’abord.`],
    [/^(?:Please enter a value|Number is (?:above|below) the allowed range\. Please enter a value) (less|greater) than or equal to (.+)\.$/, (_, which, bound) => `Il faut ${which === "less" ? "au plus" : "au moins"} ${bound}.`],
    [/^Number is outside the allowed range\. Please enter a value between (.+) and (.+)\.$/, (_, least, most) => `Il faut entre ${least} et ${most}.`],
    [/^You have requested page .+, but no corresponding file was found.*$/, () => "Cette page n’existe pas ; voici l’accueil."],
  ];

  const known = new Map(Object.entries(WORDS));
  const ours = new Set(known.values());

  const french = (text) => {
    const word = text.trim();
    if (!word || ours.has(word)) return text;
    const whole = known.get(word);
    if (whole !== undefined) return text.replace(word, () => whole);
    for (const [pattern, say] of RULES) {
      const found = pattern.exec(word);
      if (found) return text.replace(word, () => say(...found));
    }
    return text;
  };

  // Where the agent's own words are: texts, tables, what is chosen in a list, the names of files.
  const DATA = "textarea, input, table, pre, code, iframe, [data-testid=stMarkdownContainer], [data-testid=stHtml], " +
    "[data-testid=stFileChipName], [contenteditable=true]";
  // Where they stand among Streamlit's: there, only what it certainly adds is translated.
  const MIXED = "[role=option], [data-testid=stMultiSelectTagsContainer], [data-testid=stFileChip]";
  const ADDED = new RegExp("^(?:Add: |Remove |Cancel upload of |Select all(?: \\d+)?$|Select \\d+ matches$|No results$|" +
    "Selected values$|Upload failed$|\\d+(?:\\.\\d+)?[KMG]?B$|.+, \\d+(?:\\.\\d+)?[KMG]?B$)");

  const isData = (element, words) => {
    if (!element) return true;
    if (element.closest(MIXED)) return !ADDED.test(words.trim());
    return !element.closest("[data-testid=stFileUploaderDropzone]") && element.closest(DATA) !== null;
  };

  const ATTRIBUTES = ["aria-label", "title", "placeholder", "aria-description", "aria-roledescription"];

  const translateAttribute = (element, name) => {
    const value = element.getAttribute(name);
    if (!value || (name !== "placeholder" && element.closest(MIXED) && !ADDED.test(value.trim()))) return;
    const kind = element.closest("[data-testid=stDataFrameColumnMenu]") && KINDS[value];
    const words = kind || french(value);
    if (words !== value) element.setAttribute(name, words);
  };

  // Chromium shows no PDF inside a sandbox, and a frame leaves its own only by being put in again. What we serve there
  // needs none: a PDF is the viewer's affair, and everything else comes with a sandbox in its policy (routes.py).
  const unbox = (frame) => {
    if (!frame.hasAttribute("sandbox") || !/^\/(?:piece|apercu)\//.test(new URL(frame.src, location.href).pathname)) return;
    const place = [frame.parentNode, frame.nextSibling];
    frame.remove();
    frame.removeAttribute("sandbox");
    place[0].insertBefore(frame, place[1]);
  };

  const translate = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const words = french(node.nodeValue);
      if (words !== node.nodeValue && !isData(node.parentElement, node.nodeValue)) node.nodeValue = words;
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE) return;
    for (const name of ATTRIBUTES) translateAttribute(node, name);
    if (node.closest("#portal")) for (const field of node.querySelectorAll("textarea, input")) nameCell(field);
    if (node.matches("iframe")) unbox(node);
    if (node.matches(".st-key-closed") || node.querySelector(".st-key-closed")) location.replace("/ferme");
    node.childNodes.forEach(translate);
  };

  // The field that opens over a cell has no accessible name: it takes its column's.
  const nameCell = (field) => {
    if (field.getAttribute("aria-label") || field.getAttribute("aria-labelledby")) return;
    const cell = document.querySelector("td[aria-selected=true]");
    const head = cell?.closest("table").querySelector(`th[aria-colindex="${cell.getAttribute("aria-colindex")}"]`);
    field.setAttribute("aria-label", head?.textContent.trim() || "Valeur");
  };

  new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(translate);
      else if (change.type === "characterData") translate(change.target);
      else translateAttribute(change.target, change.attributeName);
    }
  }).observe(document.documentElement, {
    childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ATTRIBUTES,
  });

  // Where somebody writes, these keys belong to the text; everywhere else, to the livret.
  const WRITING = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, [contenteditable=true]";

  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    if (active?.matches?.(WRITING)) return;
    const name = key === "y" || event.shiftKey ? "redo" : "undo";
    const button = document.querySelector(`.st-key-${name} button`);
    if (!button || button.disabled) return;
    event.preventDefault();
    event.stopPropagation();
    button.click();
  }, true);

  // The preview shows the row that is being edited; a fragment in its address would scroll the editor along with it.
  document.addEventListener("load", ({ target }) => {
    if (target.tagName !== "IFRAME" || !target.contentDocument || !target.src.includes("/apercu/")) return;
    const wanted = new URL(target.src).searchParams.get("ligne");
    const row = wanted && target.contentDocument.getElementById(wanted);
    if (row) target.contentWindow.scrollTo(0, row.getBoundingClientRect().top + target.contentWindow.scrollY - 24);
  }, true);

  // On a telephone the menu covers the screen that was just chosen.
  document.addEventListener("click", ({ target }) => {
    if (innerWidth > 768 || !target.closest?.("[data-testid=stSidebarNavLink]")) return;
    setTimeout(() => document.querySelector("[data-testid=stSidebarCollapseButton] button")?.click(), 60);
  });
})();
