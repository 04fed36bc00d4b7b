/** Akinon's numbering: the order's number, P and a count within the order. */
export const packageNumber = (orderNumber: string, no: number): string => `${orderNumber}P${no}`;

/** The package's number, T and a count within the package. */
export const transferNumber = (packageNo: string, no: number): string => `${packageNo}T${no}`;
