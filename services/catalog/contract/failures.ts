import { failure } from "../../../lib/contract.ts";

export const ProductNotFound = failure<{ productId: string }>("PRODUCT_NOT_FOUND", 404, {
  en: "There is no such product. Check the id, or search for it.",
  fr: "Ce produit n'existe pas. Vérifiez l'identifiant ou recherchez-le.",
});
export const VariantNotFound = failure<{ variantId: string }>("VARIANT_NOT_FOUND", 404, {
  en: "There is no such variant. Check the id, or look at the product again.",
  fr: "Cette variante n'existe pas. Vérifiez l'identifiant ou consultez à nouveau le produit.",
});
/** The variant of a cart or order is unknown, archived, or not published. */
export const NotSellable = failure<{ variantId?: string; productId?: string }>(
  "NOT_SELLABLE",
  422,
  {
    en: "This item is not for sale. Choose another one.",
    fr: "Cet article n'est pas en vente. Choisissez-en un autre.",
  },
);
export const CategoryNotFound = failure<{ category: string }>("CATEGORY_NOT_FOUND", 404, {
  en: "There is no category {category}. Check its name in the list of categories.",
  fr: "La catégorie {category} n'existe pas. Vérifiez son nom dans la liste des catégories.",
});
export const ProductChanged = failure<{ version: number }>("PRODUCT_CHANGED", 409, {
  en: "Somebody has changed this product meanwhile. Look at version {version}, then change it again.",
  fr: "Quelqu'un a modifié ce produit entre-temps. Consultez la version {version}, puis modifiez-le à nouveau.",
});
export const CategoryChangedMeanwhile = failure<{ version: number }>("CATEGORY_CHANGED", 409, {
  en: "Somebody has changed this category meanwhile. Look at version {version}, then change it again.",
  fr: "Quelqu'un a modifié cette catégorie entre-temps. Consultez la version {version}, puis modifiez-la à nouveau.",
});
export const HandleTaken = failure<{ handle: string }>("HANDLE_TAKEN", 409, {
  en: "Another product has the address {handle}. Choose another one.",
  fr: "Un autre produit porte l'adresse {handle}. Choisissez-en une autre.",
});
export const SlugTaken = failure<{ slug: string }>("SLUG_TAKEN", 409, {
  en: "Another category has the address {slug}. Choose another one.",
  fr: "Une autre catégorie porte l'adresse {slug}. Choisissez-en une autre.",
});
export const SkuTaken = failure<{ sku: string }>("SKU_TAKEN", 409, {
  en: "Another variant has the SKU {sku}. Give this one a SKU of its own.",
  fr: "Une autre variante porte le SKU {sku}. Donnez à celle-ci un SKU qui lui est propre.",
});
export const OptionsMismatch = failure<{ sku: string }>("OPTIONS_MISMATCH", 422, {
  en: "The variant {sku} needs one value for each option, and a combination of its own. Correct its options.",
  fr: "La variante {sku} doit avoir une valeur par option, et sa propre combinaison. Corrigez ses options.",
});
export const CategoryInUse = failure<{ slug: string }>("CATEGORY_IN_USE", 409, {
  en: "The category {slug} still has categories below it. Move or remove them first.",
  fr: "La catégorie {slug} contient encore des sous-catégories. Déplacez-les ou supprimez-les d'abord.",
});
export const CategoryLoop = failure<{ slug: string }>("CATEGORY_LOOP", 422, {
  en: "The category {slug} cannot be below itself. Choose another parent.",
  fr: "La catégorie {slug} ne peut pas être sous elle-même. Choisissez un autre parent.",
});
export const ProductIsArchived = failure<{ productId: string }>("PRODUCT_ARCHIVED", 409, {
  en: "This product is archived and can no longer be changed. Make a new one.",
  fr: "Ce produit est archivé et ne peut plus être modifié. Créez-en un nouveau.",
});
export const TooManyVariants = failure<{ max: number }>("TOO_MANY_VARIANTS", 422, {
  en: "A product has at most {max} variants. Make another product of it.",
  fr: "Un produit compte au plus {max} variantes. Créez un autre produit.",
});
export const ProductTooLarge = failure<{ maxBytes: number }>("PRODUCT_TOO_LARGE", 422, {
  en: "A product, with its variants, has at most {maxBytes} bytes. Shorten its texts, or make another product of it.",
  fr: "Un produit, avec ses variantes, compte au plus {maxBytes} octets. Raccourcissez ses textes, ou créez un autre produit.",
});
export const ImportNotFound = failure<{ importId: string }>("IMPORT_NOT_FOUND", 404, {
  en: "There is no such import. Check the id, or look at the list of imports.",
  fr: "Cet import n'existe pas. Vérifiez l'identifiant ou consultez la liste des imports.",
});
