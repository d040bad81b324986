/** What can be wrong with a product as a whole: its texts, options and images. */
import type { IssueKind } from "./issues.ts";

export const PRODUCT_ISSUES = {
  HANDLE_MISSING: {
    level: "error",
    what: {
      fr: "La ligne n'a pas de Handle : on ne sait pas à quel produit elle appartient.",
      en: "The line has no Handle: there is no telling which product it belongs to.",
    },
    hint: {
      fr: "Écrivez le Handle du produit sur chacune de ses lignes.",
      en: "Write the product's Handle on each of its lines.",
    },
  },
  HANDLE_SCATTERED: {
    level: "error",
    what: {
      fr: "Le produit {handle} figurait déjà plus haut : cette ligne n'a pas été reprise.",
      en: "The product {handle} stood further up already: this line was not taken.",
    },
    hint: {
      fr: "Triez le fichier par Handle, pour que les lignes d'un produit se suivent.",
      en: "Sort the file by Handle, so that a product's lines follow each other.",
    },
  },
  TITLE_MISSING: {
    level: "error",
    what: {
      fr: "{handle} n'a pas de titre : le produit n'a pas été repris.",
      en: "{handle} has no title: the product was not taken.",
    },
    hint: {
      fr: "Écrivez un titre sur la première ligne du produit.",
      en: "Write a title on the product's first line.",
    },
  },
  PRODUCT_TEXT_TOO_LONG: {
    level: "error",
    what: {
      fr: "Plus de {limit} caractères : le produit n'a pas été repris.",
      en: "More than {limit} characters: the product was not taken.",
    },
    hint: { fr: "Raccourcissez ce texte.", en: "Shorten this text." },
  },
  TEXT_TOO_LONG: {
    level: "warning",
    what: {
      fr: "Plus de {limit} caractères : cette cellule n'a pas été reprise.",
      en: "More than {limit} characters: this cell was not taken.",
    },
    hint: { fr: "Raccourcissez ce texte.", en: "Shorten this text." },
  },
  TEXT_CLEANED: {
    level: "info",
    what: {
      fr: "Les balises HTML ont été retirées de cette cellule.",
      en: "HTML tags were taken out of this cell.",
    },
    hint: { fr: "Rien à faire : vérifiez le texte.", en: "Nothing to do: look the text over." },
  },
  HTML_CONTENT_REMOVED: {
    level: "warning",
    what: {
      fr: "Retiré de la description de {handle} : {value}.",
      en: "Taken out of the description of {handle}: {value}.",
    },
    hint: {
      fr: "Ajoutez les images au produit, et remplacez vidéos et liens par des adresses https.",
      en: "Add pictures to the product itself, and give videos and links as https addresses.",
    },
  },
  HTML_STYLE_REMOVED: {
    level: "info",
    what: {
      fr: "Mise en forme retirée de la description de {handle} : {value}.",
      en: "Formatting taken out of the description of {handle}: {value}.",
    },
    hint: {
      fr: "Rien à faire : la boutique donne sa propre mise en forme.",
      en: "Nothing to do: the shop gives its own formatting.",
    },
  },
  LATER_VALUE_IGNORED: {
    level: "warning",
    what: {
      fr: "Autre valeur que sur la première ligne de {handle} : elle n'a pas été reprise.",
      en: "Not the value of the first line of {handle}: it was not taken.",
    },
    hint: {
      fr: "Gardez une seule valeur, sur la première ligne du produit.",
      en: "Keep one value, on the product's first line.",
    },
  },
  FLAG_UNREADABLE: {
    level: "warning",
    what: {
      fr: "« {value} » n'est pas un choix connu : « {taken} » a été retenu.",
      en: "“{value}” is no known choice: “{taken}” was taken.",
    },
    hint: { fr: "Écrivez {choices}.", en: "Write {choices}." },
  },
  TAGS_TOO_MANY: {
    level: "warning",
    what: {
      fr: "Plus de {limit} étiquettes : les suivantes n'ont pas été reprises.",
      en: "More than {limit} tags: those after were not taken.",
    },
    hint: { fr: "Gardez les plus utiles.", en: "Keep the most useful ones." },
  },
  OPTION_UNNAMED: {
    level: "warning",
    what: {
      fr: "{handle} a des valeurs pour une option sans nom : elle s'appelle « {name} ».",
      en: "{handle} has values for an option without a name: it is called “{name}”.",
    },
    hint: {
      fr: "Nommez l'option sur la première ligne du produit.",
      en: "Name the option on the product's first line.",
    },
  },
  OPTION_UNUSED: {
    level: "info",
    what: {
      fr: "Aucune variante de {handle} n'a de valeur pour l'option « {value} ».",
      en: "No variant of {handle} has a value for the option “{value}”.",
    },
    hint: {
      fr: "Donnez une valeur à chaque variante, ou retirez l'option.",
      en: "Give every variant a value, or remove the option.",
    },
  },
  NO_VARIANT: {
    level: "error",
    what: {
      fr: "Aucune variante de {handle} n'a pu être reprise : le produit ne l'est pas non plus.",
      en: "No variant of {handle} could be taken: neither is the product.",
    },
    hint: {
      fr: "Corrigez d'abord les erreurs de ses variantes.",
      en: "Mend the errors of its variants first.",
    },
  },
  IMAGE_REFUSED: {
    level: "error",
    what: {
      fr: "Ce n'est pas une adresse d'image http ou https : l'image n'a pas été reprise.",
      en: "This is no http or https address of an image: the image was not taken.",
    },
    hint: {
      fr: "Donnez l'adresse complète de l'image, par exemple https://exemple.fr/photo.jpg.",
      en: "Give the image's full address, such as https://example.com/photo.jpg.",
    },
  },
  IMAGE_REPEATED: {
    level: "info",
    what: {
      fr: "L'image figure deux fois pour {handle} : elle n'a été reprise qu'une fois.",
      en: "The image is there twice for {handle}: it was taken once.",
    },
    hint: { fr: "Rien à faire.", en: "Nothing to do." },
  },
  IMAGES_TOO_MANY: {
    level: "error",
    what: {
      fr: "Plus de {limit} images pour {handle} : celle-ci n'a pas été reprise.",
      en: "More than {limit} images for {handle}: this one was not taken.",
    },
    hint: { fr: "Gardez les meilleures.", en: "Keep the best ones." },
  },
  NUMBER_UNREADABLE: {
    level: "warning",
    what: {
      fr: "« {value} » n'est pas un nombre utilisable : {taken} a été retenu.",
      en: "“{value}” is no usable number: {taken} was taken.",
    },
    hint: {
      fr: "Écrivez un nombre entier positif, sans unité.",
      en: "Write a whole positive number without a unit.",
    },
  },
  SKU_ELSEWHERE: {
    level: "error",
    what: {
      fr: "Le SKU « {value} » est déjà celui d'un autre produit : {handle} n'a pas été repris.",
      en: "The SKU “{value}” is another product's already: {handle} was not taken.",
    },
    hint: {
      fr: "Donnez un autre SKU à la variante, ou corrigez l'autre produit, puis réimportez.",
      en: "Give the variant another SKU, or correct the other product, then import again.",
    },
  },
  PRODUCT_FAILED: {
    level: "error",
    what: {
      fr: "{value} n'a pas pu être enregistré à cause d'une erreur de notre côté.",
      en: "{value} could not be stored because of a fault on our side.",
    },
    hint: {
      fr: "Réimportez le fichier. Si l'erreur persiste, envoyez-nous cette ligne.",
      en: "Import the file again. If the fault stays, send us this line.",
    },
  },
} satisfies Record<string, IssueKind>;
