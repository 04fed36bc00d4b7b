/** What planning kept of an attempt that placed three of four units: two rules of one scenario, five locations. */
export const ATTEMPT = {
  no: 1,
  trigger: "NEW",
  scenario: "Turkey",
  rules: ["one location near the customer", "split in the country"],
  items: [
    {
      orderItemId: "9001",
      sku: "GR-11",
      wanted: 2,
    },
    {
      orderItemId: "9002",
      sku: "GR-12",
      wanted: 1,
    },
    {
      orderItemId: "9003",
      sku: "GR-14",
      wanted: 1,
      failedAt: ["IZM-03"],
    },
  ],
  locations: [
    {
      erpCode: "IST-01",
      stock: [
        {
          sku: "GR-14",
          stock_count: 3,
          reservation_count: 3,
          quantity: 0,
        },
        {
          sku: "GR-11",
          stock_count: 9,
          reservation_count: 2,
          quantity: 7,
          safety_stock: 1,
        },
        {
          sku: "GR-12",
          stock_count: 4,
          reservation_count: 0,
          quantity: 4,
        },
      ],
      rejectedBy: null,
      chosen: true,
      fellAt: ["NOT_ENOUGH", null],
      priority: 1,
      openPackages: 12,
      maxQuota: 60,
      placed: [
        {
          sku: "GR-11",
          units: 2,
        },
        {
          sku: "GR-12",
          units: 1,
        },
      ],
    },
    {
      erpCode: "ANK-01",
      stock: [
        {
          sku: "GR-14",
          stock_count: 5,
          reservation_count: 0,
          quantity: 5,
          blocked: true,
        },
        {
          sku: "GR-12",
          stock_count: 1,
          reservation_count: 0,
          quantity: 1,
        },
      ],
      rejectedBy: "NOT_ENOUGH",
      chosen: false,
      fellAt: ["NOT_ENOUGH", "NOT_ENOUGH"],
      priority: 3,
      openPackages: 5,
      maxQuota: 30,
    },
    {
      erpCode: "IZM-03",
      stock: [
        {
          sku: "GR-14",
          stock_count: 2,
          reservation_count: 0,
          quantity: 2,
        },
      ],
      rejectedBy: "FAILED_BEFORE",
      chosen: false,
      fellAt: ["FAILED_BEFORE", "FAILED_BEFORE"],
      priority: 5,
      openPackages: 1,
      maxQuota: 20,
    },
    {
      erpCode: "BER-01",
      stock: [
        {
          sku: "GR-14",
          stock_count: 9,
          reservation_count: 0,
          quantity: 9,
        },
        {
          sku: "GR-11",
          stock_count: 9,
          reservation_count: 0,
          quantity: 9,
        },
        {
          sku: "GR-12",
          stock_count: 9,
          reservation_count: 0,
          quantity: 9,
        },
      ],
      rejectedBy: "OTHER_COUNTRY",
      chosen: false,
      fellAt: ["OTHER_COUNTRY", "OTHER_COUNTRY"],
      priority: 4,
      openPackages: 0,
      maxQuota: 50,
    },
    {
      erpCode: "IST-02",
      stock: [
        {
          sku: "GR-14",
          stock_count: 2,
          reservation_count: 0,
          quantity: 2,
        },
        {
          sku: "GR-11",
          stock_count: 6,
          reservation_count: 0,
          quantity: 6,
        },
      ],
      rejectedBy: "NO_QUOTA",
      chosen: false,
      fellAt: ["NO_QUOTA", "NO_QUOTA"],
      priority: 2,
      openPackages: 40,
      maxQuota: 40,
    },
  ],
  locationsLeftOut: 0,
  shortfalls: [
    {
      orderItemId: "9003",
      units: 1,
      reason: "NO_STOCK",
    },
  ],
  outcome: "PARTLY_SHORT",
  tried: [
    {
      name: "one location near the customer",
      sort: [
        {
          by: "PRIORITY",
          direction: "asc",
        },
      ],
      selectByQuota: true,
      allowSplit: false,
      maxPackages: null,
      transferable: false,
      itemAttribute: null,
      wantedUnits: 4,
      placedUnits: 0,
      chosen: 0,
      fell: {
        NOT_ENOUGH: 2,
        NO_QUOTA: 1,
        OTHER_COUNTRY: 1,
        FAILED_BEFORE: 1,
      },
    },
    {
      name: "split in the country",
      sort: [
        {
          by: "PRIORITY",
          direction: "asc",
        },
      ],
      selectByQuota: true,
      allowSplit: true,
      maxPackages: null,
      transferable: false,
      itemAttribute: null,
      wantedUnits: 4,
      placedUnits: 3,
      chosen: 1,
      fell: {
        NO_QUOTA: 1,
        NOT_ENOUGH: 1,
        OTHER_COUNTRY: 1,
        FAILED_BEFORE: 1,
      },
    },
  ],
  locationCounts: {
    known: 47,
    active: 31,
  },
};
