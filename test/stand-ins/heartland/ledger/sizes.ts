/** How big an account is and how much happens in it. */
export interface Size {
  readonly stores: number;
  readonly items: number;
  /** Tickets a store and day, at least and at most. */
  readonly tickets: readonly [number, number];
  /** Lines of a store's weekly order. */
  readonly orderLines: number;
  /** Most units of an item in the opening stock of a store. */
  readonly mostUnits: number;
  /** Share of items a store does not have at the opening. */
  readonly shareWithout: number;
}

export const SIZES = {
  small: {
    stores: 3,
    items: 48,
    tickets: [1, 4],
    orderLines: 6,
    mostUnits: 12,
    shareWithout: 0.1,
  },
  demo: {
    stores: 5,
    items: 600,
    tickets: [8, 22],
    orderLines: 29,
    mostUnits: 12,
    shareWithout: 0.12,
  },
  large: {
    stores: 100,
    items: 20_000,
    tickets: [0, 2],
    orderLines: 2,
    mostUnits: 9,
    shareWithout: 0,
  },
} as const satisfies Record<string, Size>;
