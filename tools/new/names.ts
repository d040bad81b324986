/** "Wishlist" of "wishlists". */
export const singularOf = (service: string): string =>
  capital(service.replace(/ies$/, "y").replace(/(?<!s)s$/, ""));
export const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
/** "add product" of "addProduct". */
export const wordsOf = (name: string): string =>
  name.replace(/[A-Z]/g, (it) => ` ${it.toLowerCase()}`);
