/** The 23 steps of the application's provisioning workflow, as it names and describes them. */
export const shippedSteps: readonly { name: string; description: string }[] = [
  ["select_machine", "Select available machine from MaaS"],
  ["commission_machine", "Commission machine through MaaS"],
  ["wait_for_commissioning", "Wait for machine commissioning to complete"],
  ["record_commissioning", "Record commissioning information in database"],
  ["establish_ssh_connection", "Establish SSH connection to server"],
  ["test_network_connectivity", "Test network connectivity"],
  ["configure_network_settings", "Configure network settings"],
  ["validate_network_configuration", "Validate network configuration"],
  ["discover_hardware", "Discover hardware information"],
  ["detect_server_vendor", "Detect server vendor"],
  ["gather_system_info", "Gather system information"],
  ["gather_network_inventory", "Gather network inventory"],
  ["record_hardware_info", "Record hardware information in database"],
  ["configure_ipmi", "Configure IPMI settings"],
  ["test_ipmi_connectivity", "Test IPMI connectivity"],
  ["record_ipmi_config", "Record IPMI configuration in database"],
  ["pull_bios_config", "Pull current BIOS configuration"],
  ["modify_bios_config", "Modify BIOS configuration"],
  ["push_bios_config", "Push BIOS configuration to server"],
  ["verify_bios_config", "Verify BIOS configuration"],
  ["record_bios_config", "Record BIOS configuration in database"],
  ["ping_test", "Test connectivity by ping"],
  ["record_network_info", "Record network information in database"],
].map(([name = "", description = ""]) => ({ name, description }));

const notInFirmwareFirst = [
  "configure_network_settings",
  "validate_network_configuration",
  "gather_network_inventory",
  "record_network_info",
];

/** The firmware-first workflow: 19 of these steps, the BIOS before IPMI, and none for firmware. */
export const shippedFirmwareFirstSteps = [
  ...named(["select_machine", "commission_machine", "wait_for_commissioning", "record_commissioning"]),
  ...shippedSteps.filter(({ name }) => /bios/.test(name)),
  ...shippedSteps.slice(4).filter(({ name }) => !/bios/.test(name) && !notInFirmwareFirst.includes(name)),
];

function named(names: string[]): typeof shippedSteps {
  return shippedSteps.filter(({ name }) => names.includes(name));
}
