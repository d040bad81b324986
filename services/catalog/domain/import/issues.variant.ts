/** What can be wrong with a variant: its price, SKU, stock and option values. */
import type { IssueKind } from "./issues.ts";

const WRITE_A_PRICE = {
  fr: "Écrivez le prix en chiffres, avec un point pour les décimales : 1299.00.",
  en: "Write the price in digits with a point for decimals: 1299.00.",
};

export const VARIANT_ISSUES = {
  PRICE_MISSING: {
    level: "error",
    what: {
      fr: "La variante n'a pas de prix : elle n'a pas été reprise.",
      en: "The variant has no price: it was not taken.",
    },
    hint: WRITE_A_PRICE,
  },
  PRICE_UNREADABLE: {
    level: "error",
    what: {
      fr: "« {value} » n'est pas un prix : la variante n'a pas été reprise.",
      en: "“{value}” is no price: the variant was not taken.",
    },
    hint: WRITE_A_PRICE,
  },
  PRICE_AMBIGUOUS: {
    level: "error",
    what: {
      fr: "« {value} » peut se lire de deux façons : la variante n'a pas été reprise.",
      en: "“{value}” can be read in two ways: the variant was not taken.",
    },
    hint: {
      fr: "Écrivez 1299.00 pour mille deux cent quatre-vingt-dix-neuf, ou 1.30 pour un trente.",
      en: "Write 1299.00 for one thousand two hundred and ninety-nine, or 1.30 for one thirty.",
    },
  },
  PRICE_OTHER_CURRENCY: {
    level: "error",
    what: {
      fr: "« {value} » n'est pas en {currency} : la variante n'a pas été reprise.",
      en: "“{value}” is not in {currency}: the variant was not taken.",
    },
    hint: {
      fr: "Convertissez le prix, ou importez le fichier dans sa monnaie.",
      en: "Convert the price, or import the file in its own currency.",
    },
  },
  PRICE_TOO_PRECISE: {
    level: "error",
    what: {
      fr: "« {value} » a plus de décimales que {currency} : la variante n'a pas été reprise.",
      en: "“{value}” has more decimals than {currency} has: the variant was not taken.",
    },
    hint: {
      fr: "Arrondissez à {digits} décimale(s) ; n'écrivez pas de point pour les milliers.",
      en: "Round to {digits} decimal(s); write no point for thousands.",
    },
  },
  PRICE_NEGATIVE: {
    level: "error",
    what: {
      fr: "« {value} » est négatif : la variante n'a pas été reprise.",
      en: "“{value}” is negative: the variant was not taken.",
    },
    hint: { fr: "Écrivez un prix positif ou nul.", en: "Write a price of zero or more." },
  },
  PRICE_TOO_LARGE: {
    level: "error",
    what: {
      fr: "« {value} » est trop grand pour un prix : la variante n'a pas été reprise.",
      en: "“{value}” is too large for a price: the variant was not taken.",
    },
    hint: WRITE_A_PRICE,
  },
  COMPARE_AT_REFUSED: {
    level: "warning",
    what: {
      fr: "« {value} » n'est pas un prix barré utilisable : il n'a pas été repris.",
      en: "“{value}” is no usable compare-at price: it was not taken.",
    },
    hint: WRITE_A_PRICE,
  },
  SKU_MADE: {
    level: "info",
    what: {
      fr: "La variante n'avait pas de SKU : elle a reçu {sku}.",
      en: "The variant had no SKU: it was given {sku}.",
    },
    hint: {
      fr: "Rien à faire. Pour le vôtre, remplissez Variant SKU avant l'import.",
      en: "Nothing to do. For one of your own fill Variant SKU before the import.",
    },
  },
  SKU_REPEATED: {
    level: "warning",
    what: {
      fr: "Le SKU {value} est déjà pris dans ce fichier : la variante a reçu {sku}.",
      en: "The SKU {value} is taken already in this file: the variant was given {sku}.",
    },
    hint: {
      fr: "Donnez à chaque variante un SKU qui n'est qu'à elle.",
      en: "Give each variant a SKU of its own.",
    },
  },
  SKU_TOO_LONG: {
    level: "warning",
    what: {
      fr: "Le SKU dépasse {limit} caractères : la variante a reçu {sku}.",
      en: "The SKU has more than {limit} characters: the variant was given {sku}.",
    },
    hint: { fr: "Raccourcissez-le.", en: "Shorten it." },
  },
  QUANTITY_NEGATIVE: {
    level: "warning",
    what: {
      fr: "Le stock est négatif ({value}) : 0 a été retenu.",
      en: "The stock is negative ({value}): 0 was taken.",
    },
    hint: { fr: "Comptez ce qu'il y a en rayon.", en: "Count what is on the shelf." },
  },
  QUANTITY_KEPT: {
    level: "info",
    what: {
      fr: "Le fichier dit {value}, comme la dernière fois ; il y en a {there} : le stock est resté tel quel.",
      en: "The file says {value}, as it did the last time; there are {there}: the stock was left as it is.",
    },
    hint: {
      fr: "Rien à faire si l'écart a été vendu ou ajusté depuis. Sinon, corrigez le stock ou faites un inventaire.",
      en: "Nothing to do if the difference was sold or adjusted since. If not, adjust the stock or count it.",
    },
  },
  OPTION_VALUE_MISSING: {
    level: "error",
    what: {
      fr: "La variante n'a pas de valeur pour « {option} » : elle n'a pas été reprise.",
      en: "The variant has no value for “{option}”: it was not taken.",
    },
    hint: {
      fr: "Donnez à chaque variante une valeur pour chaque option.",
      en: "Give every variant a value for every option.",
    },
  },
  OPTION_VALUE_TOO_LONG: {
    level: "error",
    what: {
      fr: "Valeur d'option de plus de {limit} caractères : la variante n'a pas été reprise.",
      en: "An option value of more than {limit} characters: the variant was not taken.",
    },
    hint: { fr: "Raccourcissez-la.", en: "Shorten it." },
  },
  VARIANT_REPEATED: {
    level: "error",
    what: {
      fr: "Même combinaison d'options que la ligne {first} : la variante n'a pas été reprise.",
      en: "The same combination of options as line {first}: the variant was not taken.",
    },
    hint: {
      fr: "Supprimez la ligne, ou donnez-lui d'autres valeurs d'option.",
      en: "Remove the line, or give it other option values.",
    },
  },
  VARIANTS_TOO_MANY: {
    level: "error",
    what: {
      fr: "Plus de {limit} variantes pour {handle} : celle-ci n'a pas été reprise.",
      en: "More than {limit} variants for {handle}: this one was not taken.",
    },
    hint: {
      fr: "Répartissez-les sur plusieurs produits.",
      en: "Spread them over several products.",
    },
  },
} satisfies Record<string, IssueKind>;
