export const FLOOR_TASK_QUEUE = "floor";
