/** What can be wrong with a list of stores. */
import type { IssueKind } from "./issues.ts";

export const STORE_ISSUES = {
  STORES_TOO_LARGE: {
    level: "error",
    what: {
      fr: "Le fichier dépasse {limit} Mo : rien n'a été lu.",
      en: "The file is larger than {limit} MB: nothing was read.",
    },
    hint: { fr: "Coupez-le en plusieurs fichiers.", en: "Cut it into several files." },
  },
  STORES_NOT_A_LIST: {
    level: "error",
    what: {
      fr: "Le fichier n'est pas une liste JSON de magasins : {value}",
      en: "The file is no JSON list of stores: {value}",
    },
    hint: {
      fr: "Le fichier doit contenir une liste entre crochets, en UTF-8.",
      en: "The file must hold one list in square brackets, in UTF-8.",
    },
  },
  STORE_NOT_AN_OBJECT: {
    level: "error",
    what: {
      fr: "Cet élément n'est pas un magasin : il n'a pas été repris.",
      en: "This entry is no store: it was not taken.",
    },
    hint: {
      fr: "Chaque magasin s'écrit entre accolades.",
      en: "Each store is written in curly braces.",
    },
  },
  STORE_FIELD_MISSING: {
    level: "error",
    what: {
      fr: "« {name} » manque ou est inutilisable : le magasin n'a pas été repris.",
      en: "“{name}” is missing or not usable: the store was not taken.",
    },
    hint: {
      fr: "Remplissez ce champ : du texte d'au plus {limit} caractères.",
      en: "Fill in this field: text of at most {limit} characters.",
    },
  },
  STORE_FIELD_REFUSED: {
    level: "warning",
    what: {
      fr: "« {name} » est inutilisable : ce champ n'a pas été repris.",
      en: "“{name}” is not usable: this field was not taken.",
    },
    hint: {
      fr: "Écrivez un texte d'au plus {limit} caractères, ou retirez le champ.",
      en: "Write text of at most {limit} characters, or remove the field.",
    },
  },
  STORE_FIELD_NOT_TAKEN: {
    level: "info",
    what: {
      fr: "Le champ « {value} » n'est pas repris.",
      en: "The field “{value}” is not taken over.",
    },
    hint: {
      fr: "Rien à faire, sauf si vous en avez besoin : mettez alors son contenu ailleurs.",
      en: "Nothing to do, unless you need it: then put its content elsewhere.",
    },
  },
  STORE_REPEATED: {
    level: "error",
    what: {
      fr: "Le numéro {value} est déjà celui d'un autre magasin : celui-ci n'a pas été repris.",
      en: "Another store has the number {value} already: this one was not taken.",
    },
    hint: {
      fr: "Donnez à chaque magasin un numéro qui n'est qu'à lui.",
      en: "Give each store a number of its own.",
    },
  },
  STORE_PLACE_UNREADABLE: {
    level: "error",
    what: {
      fr: "La position n'est pas utilisable : le magasin n'a pas été repris.",
      en: "The position is not usable: the store was not taken.",
    },
    hint: {
      fr: "Donnez la latitude (-90 à 90) et la longitude (-180 à 180) en degrés.",
      en: "Give latitude (-90 to 90) and longitude (-180 to 180) in degrees.",
    },
  },
  POSTAL_CODE_PADDED: {
    level: "info",
    what: {
      fr: "Le code postal {value} a perdu son zéro initial : {taken} a été retenu.",
      en: "The postal code {value} had lost its leading zero: {taken} was taken.",
    },
    hint: {
      fr: "Gardez les codes postaux comme du texte.",
      en: "Keep postal codes as text.",
    },
  },
  HOURS_UNREADABLE: {
    level: "warning",
    what: {
      fr: "Horaires illisibles : le magasin est repris sans eux.",
      en: "Hours not readable: the store is taken without them.",
    },
    hint: {
      fr: "Écrivez-les ainsi : Mon: 10-9:30; Tue: 10am-9pm; Sun: closed.",
      en: "Write them like this: Mon: 10-9:30; Tue: 10am-9pm; Sun: closed.",
    },
  },
  HOURS_AFTERNOON: {
    level: "info",
    what: {
      fr: "Ouverture lue comme l'après-midi : {value}.",
      en: "Opening read as in the afternoon: {value}.",
    },
    hint: {
      fr: "Si c'est le matin, écrivez « am » : 1am-5:30pm.",
      en: "If it is in the morning, write “am”: 1am-5:30pm.",
    },
  },
  HOURS_DAY_MISSING: {
    level: "info",
    what: {
      fr: "Aucun horaire pour {days} : le magasin est noté fermé.",
      en: "No hours for {days}: the store is put down as closed.",
    },
    hint: {
      fr: "Ajoutez le jour, ou écrivez « closed ».",
      en: "Add the day, or write “closed”.",
    },
  },
  STORE_REFUSED: {
    level: "error",
    what: {
      fr: "Le champ {field} du magasin n'est pas accepté : le magasin n'a pas été repris.",
      en: "The store's {field} is not accepted: the store was not taken.",
    },
    hint: {
      fr: "Corrigez-le : un code de 32 caractères au plus, une adresse courte, une position sur Terre.",
      en: "Correct it: a code of at most 32 characters, a short address, a position on Earth.",
    },
  },
} satisfies Record<string, IssueKind>;
