declare const brand: unique symbol

/** A number with its unit in the type, so that bytes and elements cannot be added by mistake. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
