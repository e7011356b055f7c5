"""Builds the seed's hub with the Azure SDK for Python, looks at all of it, and takes it down; prints what it saw as JSON.

Everything it needs stands in the environment, as `. DIR/sdk-env` makes it. Argument: a public key for the VM.
"""
import json
import os
import sys

from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.mgmt.compute import ComputeManagementClient
from azure.mgmt.network import NetworkManagementClient
from azure.mgmt.resource.deployments import DeploymentsMgmtClient
from azure.mgmt.resource.resources import ResourceManagementClient

env = os.environ
subscription = env["AZURE_SUBSCRIPTION_ID"]
credential = ClientSecretCredential(
    env["AZURE_TENANT_ID"],
    env["AZURE_CLIENT_ID"],
    env["AZURE_CLIENT_SECRET"],
    authority=env["AZURE_AUTHORITY_HOST"],
    disable_instance_discovery=True,
)
where = {"base_url": env["SITELINK_ARM_ENDPOINT"], "credential_scopes": [env["SITELINK_ARM_SCOPE"]]}
network = NetworkManagementClient(credential, subscription, **where)
compute = ComputeManagementClient(credential, subscription, **where)
resources = ResourceManagementClient(credential, subscription, **where)
deployments = DeploymentsMgmtClient(credential, subscription, **where).deployments

GROUP, HERE = "ResourceGroupEast", "japaneast"
NETWORK = f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Network"
KEY = sys.argv[1]


def there(properties, **more):
    return {"location": HERE, "properties": properties, **more}


def code_of(call):
    """Azure's code for what must be refused."""
    try:
        call()
    except HttpResponseError as error:
        return f"{error.status_code} {error.error.code}"
    return "accepted"


seen = {}
seen["missing group"] = code_of(lambda: resources.resource_groups.get(GROUP))
resources.resource_groups.create_or_update(GROUP, {"location": HERE})
seen["group exists"] = resources.resource_groups.check_existence(GROUP)

vnets, addresses = network.virtual_networks, network.public_ip_addresses
vnets.begin_create_or_update(GROUP, "Vnet16", there({"addressSpace": {"addressPrefixes": ["172.16.0.0/16"]}})).result()
for name, prefix in (("GatewaySubnet", "172.16.0.0/27"), ("Subnet01", "172.16.1.0/24")):
    network.subnets.begin_create_or_update(GROUP, "Vnet16", name, {"properties": {"addressPrefix": prefix}}).result()
seen["subnets"] = [subnet.name for subnet in network.subnets.list(GROUP, "Vnet16")]


def address(name, zones):
    body = there({"publicIPAllocationMethod": "Static"}, sku={"name": "Standard"}, **({"zones": zones} if zones else {}))
    return addresses.begin_create_or_update(GROUP, name, body).result()


def gateway(sku, of):
    configuration = {
        "name": "vnetGatewayConfig0",
        "properties": {
            "subnet": {"id": f"{NETWORK}/virtualNetworks/Vnet16/subnets/GatewaySubnet"},
            "publicIPAddress": {"id": of.id},
        },
    }
    kind = {"gatewayType": "Vpn", "vpnType": "RouteBased", "sku": {"name": sku, "tier": sku}}
    return there({**kind, "ipConfigurations": [configuration]})


gateways, connections = network.virtual_network_gateways, network.virtual_network_gateway_connections
zoneless, zoned = address("Old", None), address("VpnGwPublicIp", ["1", "2", "3"])
for name, body in (("sku of 2021", gateway("VpnGw1", zoned)), ("zoneless address", gateway("VpnGw1AZ", zoneless))):
    seen[name] = code_of(lambda: gateways.begin_create_or_update(GROUP, "VnetGw", body))
building = gateways.begin_create_or_update(GROUP, "VnetGw", gateway("VpnGw1AZ", zoned))
seen["gateway at first"] = gateways.get(GROUP, "VnetGw").properties.provisioning_state
seen["subnet in use"] = code_of(
    lambda: network.subnets.begin_delete(GROUP, "Vnet16", "GatewaySubnet").result(),
)
# Taken up by another poller, as another process would.
token = building.continuation_token()
building = gateways.begin_create_or_update(GROUP, "VnetGw", gateway("VpnGw1AZ", zoned), continuation_token=token)
seen["gateway"] = building.result().properties.provisioning_state

site = {"gatewayIpAddress": "20.210.140.4", "localNetworkAddressSpace": {"addressPrefixes": ["172.20.100.0/24"]}}
network.local_network_gateways.begin_create_or_update(GROUP, "Site01", there(site)).result()
ends = {
    "virtualNetworkGateway1": {"id": f"{NETWORK}/virtualNetworkGateways/VnetGw"},
    "localNetworkGateway2": {"id": f"{NETWORK}/localNetworkGateways/Site01"},
}
connection = there({"connectionType": "IPsec", "sharedKey": "P@ssw0rd1234", **ends})
connections.begin_create_or_update(GROUP, "ConnectToSite01", connection).result()
seen["connection"] = connections.get(GROUP, "ConnectToSite01").properties.connection_type
connections.begin_set_shared_key(GROUP, "ConnectToSite01", {"value": "AnotherKey1"}).result()
seen["key"] = connections.get_shared_key(GROUP, "ConnectToSite01").value
connections.begin_reset_connection(GROUP, "ConnectToSite01").result()
device = {"vendor": "Cisco", "deviceFamily": "IOS (ISR, ASR)", "firmwareVersion": "15.x (IKEv2)"}
seen["script"] = "crypto ikev2" in gateways.vpn_device_configuration_script(GROUP, "ConnectToSite01", device)

# A subnet of today's api-version is private: without an address of its own the VM could not answer a Run Command.
home = {"id": f"{NETWORK}/virtualNetworks/Vnet16/subnets/Subnet01"}
nic = {"ipConfigurations": [{"name": "c", "properties": {"subnet": home, "publicIPAddress": {"id": zoneless.id}}}]}
card = network.network_interfaces.begin_create_or_update(GROUP, "nic", there(nic)).result()
keys = [{"path": "/home/azureuser/.ssh/authorized_keys", "keyData": KEY}]
image = {"publisher": "Canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts-gen2", "version": "latest"}
machine = {
    "hardwareProfile": {"vmSize": "Standard_B1s"},
    "storageProfile": {"imageReference": image},
    "osProfile": {
        "computerName": "linux010",
        "adminUsername": "azureuser",
        "linuxConfiguration": {"disablePasswordAuthentication": True, "ssh": {"publicKeys": keys}},
    },
    "networkProfile": {"networkInterfaces": [{"id": card.id}]},
}
machines = compute.virtual_machines
machines.begin_create_or_update(GROUP, "linux010", there(machine)).result()
view = machines.get(GROUP, "linux010", expand="instanceView").properties.instance_view
seen["power"] = view.statuses[-1].code
command = {"commandId": "RunShellScript", "script": ["hostname"]}
seen["command"] = machines.begin_run_command(GROUP, "linux010", command).result().value[0].message
routes = network.network_interfaces.begin_get_effective_route_table(GROUP, "nic").result().value
seen["routes"] = sorted({route.source for route in routes})
machines.begin_deallocate(GROUP, "linux010").result()

# Two a page.
seen["resources"] = len(list(resources.resources.list_by_resource_group(GROUP, top=2)))
group = {"type": "Microsoft.Network/networkSecurityGroups", "apiVersion": "2023-09-01", "name": "g", "location": HERE}
template = {"mode": "Incremental", "template": {"resources": [group]}}
what = deployments.begin_what_if(GROUP, "main", {"properties": template}).result()
seen["what if"] = [change.change_type for change in what.properties.changes if change.resource_id.endswith("/g")]
deployments.begin_create_or_update(GROUP, "main", {"properties": template}).result()
wrong = {"mode": "Incremental", "template": {"resources": [{**group, "location": "moon"}]}}
seen["refused template"] = code_of(lambda: deployments.begin_create_or_update(GROUP, "bad", {"properties": wrong}))

seen["gateway too early"] = code_of(lambda: gateways.begin_delete(GROUP, "VnetGw").result())
connections.begin_delete(GROUP, "ConnectToSite01").result()
gateways.begin_delete(GROUP, "VnetGw").result()
seen["gateway gone"] = code_of(lambda: gateways.get(GROUP, "VnetGw"))
resources.resource_groups.begin_delete(GROUP).result()
seen["group is left"] = resources.resource_groups.check_existence(GROUP)
print(json.dumps(seen))
