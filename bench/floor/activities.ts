export const floorActivities = {
  async nothing(): Promise<void> {
    // that is what it is for
  },
};

export type FloorActivities = typeof floorActivities;
