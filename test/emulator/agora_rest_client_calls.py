"""
Agora's own client for Python (PyPI: agora-rest-client) acquires, starts, queries and stops at the address given, and prints
what it read as JSON. Arguments: address, App ID, customer ID, secret, mode, "async" or "sync", and a region or "-".
"""
import json
import sys

from agora_rest_client.services.cloud_recording.v1 import api_start
from agora_rest_client.services.cloud_recording.v1.individual_recording.individual_recording_client import (
    IndividualRecordingClient,
)
from agora_rest_client.services.cloud_recording.v1.mix_recording.mix_recording_client import MixRecordingClient
from agora_rest_client.services.cloud_recording.v1.web_recording.web_recording_client import WebRecordingClient

address, app_id, customer, secret, mode, method, region = sys.argv[1:]
CLIENTS = {"individual": IndividualRecordingClient, "mix": MixRecordingClient, "web": WebRecordingClient}


class Domain:
    """In place of the client's own, which knows Agora's hosts and looks them up."""

    def get_endpoint_region(self):
        return 0

    def get_service_region(self):
        return None if region == "-" else region

    def get_domain_list(self):
        return [address]

    def run(self, logger):
        pass


client = CLIENTS[mode].new_builder().with_app_id(app_id).with_credential_basic_auth(customer, secret)
client = client.with_domain(Domain()).build()
# The client builds https addresses only.
client.get_api_url = lambda host, url, service_region=None: host + (f"/{service_region}" if service_region else "") + url

storage = api_start.StorageConfig(vendor=1, region=0, bucket="bucket", accessKey="key", secretKey="secret")
channel, uid = "channel", "527841"
resource = client.acquire(channel, uid, resource_expired_hour=24).resourceId
if mode == "web":
    page = api_start.ServiceParam(
        url="https://page.example", audioProfile=0, videoWidth=1280, videoHeight=720, maxRecordingHour=1
    )
    service = api_start.ExtensionServices(serviceName="web_recorder_service", serviceParam=page)
    services = api_start.ExtensionServiceConfig(extensionServices=[service])
    started = client.start(resource, channel, uid, storage, services)
else:
    started = client.start(resource, channel, uid, "token", storage)
queried = client.query(resource, started.sid)
stopped = client.stop(resource, started.sid, channel, uid, async_stop=method == "async")


def plain(value):
    if hasattr(value, "__dict__"):
        return {name: plain(each) for name, each in vars(value).items()}
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value


print(json.dumps({"sid": started.sid, "query": plain(queried), "stop": plain(stopped)}))
