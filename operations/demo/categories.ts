import type { DemoCategory } from "./shapes.ts";

/** A parent precedes its children, so that they can be stored in this order. */
export const categories: DemoCategory[] = [
  { slug: "the-cafe", title: { fr: "Thé, café et douceurs", en: "Tea, Coffee and Treats" } },
  { slug: "maison", title: { fr: "Maison et linge", en: "Home and Linen" } },
  { slug: "ceramique", title: { fr: "Céramique", en: "Ceramics" }, parent: "maison" },
  { slug: "papeterie", title: { fr: "Papeterie", en: "Stationery" } },
  { slug: "livres", title: { fr: "Livres", en: "Books" } },
  { slug: "plein-air", title: { fr: "Plein air", en: "Outdoors" } },
  { slug: "velo", title: { fr: "Vélo", en: "Cycling" }, parent: "plein-air" },
  { slug: "enfants", title: { fr: "Enfants", en: "Children" } },
  { slug: "electronique", title: { fr: "Électronique", en: "Electronics" } },
  { slug: "ateliers", title: { fr: "Ateliers et cours", en: "Workshops and Classes" } },
];
