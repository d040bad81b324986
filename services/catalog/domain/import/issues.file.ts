/** What can be wrong with a file, its header and its rows as CSV. */
import type { IssueKind } from "./issues.ts";

export const FILE_ISSUES = {
  ENCODING_ASSUMED: {
    level: "info",
    what: {
      fr: "Le fichier n'est pas en UTF-8 : il a été lu comme un texte Windows ({encoding}).",
      en: "The file is not UTF-8: it was read as Windows text ({encoding}).",
    },
    hint: {
      fr: "Vérifiez les accents. S'ils sont faux, enregistrez le fichier en « CSV UTF-8 ».",
      en: "Look at the accents. If they are wrong, save the file as “CSV UTF-8”.",
    },
  },
  ENCODING_BROKEN: {
    level: "error",
    what: {
      fr: "À partir d'ici, le texte n'est plus en {encoding} : la suite n'a pas été lue.",
      en: "From here on the text is not {encoding} any more: the rest was not read.",
    },
    hint: {
      fr: "Enregistrez le fichier en « CSV UTF-8 » et importez-le de nouveau.",
      en: "Save the file as “CSV UTF-8” and import it again.",
    },
  },
  FILE_EMPTY: {
    level: "error",
    what: { fr: "Le fichier est vide.", en: "The file is empty." },
    hint: {
      fr: "Exportez de nouveau vos produits et importez ce fichier-là.",
      en: "Export your products again and import that file.",
    },
  },
  HEADER_UNKNOWN: {
    level: "error",
    what: {
      fr: "La première ligne ne nomme pas la colonne {missing} : rien n'a été lu.",
      en: "The first line does not name the column {missing}: nothing was read.",
    },
    hint: {
      fr: "La première ligne doit contenir au moins Handle, Title et Variant Price.",
      en: "The first line must have at least Handle, Title and Variant Price.",
    },
  },
  COLUMN_NOT_TAKEN: {
    level: "info",
    what: {
      fr: "La colonne « {value} » n'est pas reprise.",
      en: "The column “{value}” is not taken over.",
    },
    hint: {
      fr: "Rien à faire, sauf si vous en avez besoin : mettez alors son contenu ailleurs.",
      en: "Nothing to do, unless you need it: then put its content elsewhere.",
    },
  },
  COLUMN_REPEATED: {
    level: "warning",
    what: {
      fr: "La colonne « {value} » figure deux fois : la première est reprise.",
      en: "The column “{value}” is there twice: the first one is taken.",
    },
    hint: { fr: "Supprimez l'une des deux.", en: "Remove one of the two." },
  },
  ROW_BROKEN: {
    level: "error",
    what: {
      fr: "Un guillemet est mal placé : la ligne n'a pas été lue.",
      en: "A quote is out of place: the line was not read.",
    },
    hint: {
      fr: 'Dans une cellule entre guillemets, doublez chaque guillemet : "5"" de large".',
      en: 'In a quoted cell write every quote twice: "5"" wide".',
    },
  },
  ROW_UNCLOSED: {
    level: "error",
    what: {
      fr: "Un guillemet ouvert ici reste ouvert trop longtemps : lecture reprise à la ligne suivante.",
      en: "A quote opened here stays open for too long: reading went on at the next line.",
    },
    hint: {
      fr: "Fermez le guillemet à la fin de la cellule.",
      en: "Close the quote at the end of the cell.",
    },
  },
  ROW_TOO_LONG: {
    level: "error",
    what: {
      fr: "La ligne dépasse {limit} caractères : elle n'a pas été lue.",
      en: "The line has more than {limit} characters: it was not read.",
    },
    hint: {
      fr: "Raccourcissez la description, ou retirez les images qu'elle contient.",
      en: "Shorten the description, or take out the pictures inside it.",
    },
  },
  ROW_WIDTH: {
    level: "error",
    what: {
      fr: "La ligne a {found} cellules au lieu de {expected} : elle n'a pas été lue.",
      en: "The line has {found} cells instead of {expected}: it was not read.",
    },
    hint: {
      fr: "Mettez entre guillemets les cellules qui contiennent le séparateur.",
      en: "Put quotes around cells that contain the separator.",
    },
  },
  ROW_CHARACTERS: {
    level: "error",
    what: {
      fr: "La ligne contient des caractères illisibles : elle n'a pas été lue.",
      en: "The line has characters that are no text: it was not read.",
    },
    hint: {
      fr: "Enregistrez le fichier en « CSV UTF-8 », ou ressaisissez cette ligne.",
      en: "Save the file as “CSV UTF-8”, or type this line again.",
    },
  },
  ROW_EMPTY: {
    level: "warning",
    what: {
      fr: "La ligne n'apporte ni variante ni image à {handle}.",
      en: "The line adds neither a variant nor an image to {handle}.",
    },
    hint: {
      fr: "Supprimez-la, ou donnez-lui un prix ou une image.",
      en: "Remove it, or give it a price or an image.",
    },
  },
} satisfies Record<string, IssueKind>;
