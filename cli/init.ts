export async function init(_args: string[]): Promise<void> {}
