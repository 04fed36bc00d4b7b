/** Where generated sellers and customers live: a few large cities, the largest first. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly postcodePrefix: string;
  readonly latitude: number;
  readonly longitude: number;
}

export const PLACES: readonly Place[] = [
  { city: "sao paulo", state: "SP", postcodePrefix: "01310", latitude: -23.5505, longitude: -46.6333 },
  { city: "rio de janeiro", state: "RJ", postcodePrefix: "20040", latitude: -22.9068, longitude: -43.1729 },
  { city: "belo horizonte", state: "MG", postcodePrefix: "30130", latitude: -19.9167, longitude: -43.9345 },
  { city: "brasilia", state: "DF", postcodePrefix: "70040", latitude: -15.7939, longitude: -47.8828 },
  { city: "curitiba", state: "PR", postcodePrefix: "80010", latitude: -25.4284, longitude: -49.2733 },
  { city: "campinas", state: "SP", postcodePrefix: "13010", latitude: -22.9056, longitude: -47.0608 },
  { city: "porto alegre", state: "RS", postcodePrefix: "90010", latitude: -30.0346, longitude: -51.2177 },
  { city: "salvador", state: "BA", postcodePrefix: "40010", latitude: -12.9777, longitude: -38.5016 },
  { city: "goiania", state: "GO", postcodePrefix: "74010", latitude: -16.6869, longitude: -49.2648 },
  { city: "recife", state: "PE", postcodePrefix: "50010", latitude: -8.0476, longitude: -34.877 },
  { city: "fortaleza", state: "CE", postcodePrefix: "60010", latitude: -3.7319, longitude: -38.5267 },
  { city: "manaus", state: "AM", postcodePrefix: "69005", latitude: -3.119, longitude: -60.0217 },
];
