"""airbyte-api, Airbyte's own Python SDK: everything it covers. The two lines of versions that are about name their calls
and values alike, so that one list of cases drives both."""
import contextlib
import io
import json
import os
import re

from airbyte_api import AirbyteAPI, api, errors, models

from clientkit import readme
from clientkit.cases import expect, expect_equal, expect_raises, run
from clientkit.fixture import ENDLESS, USERS, Fixture
from clientkit.server import until

fixture = Fixture()
server = fixture.server
NOBODY = "00000000-0000-4000-8000-000000000000"
MASK = "**********"


def client(token_url="v1/applications/token"):
    credentials = models.SchemeClientCredentials(
        client_id=server.client_id, client_secret=server.client_secret, token_url=token_url)
    return AirbyteAPI(server_url=server.public_root, security=models.Security(client_credentials=credentials))


sdk = client()


def refused(status, act, what):
    """The body of a refusal with that status: a problem, as the public API tells them."""
    error = expect_raises(errors.SDKError, act, what)
    expect_equal(error.status_code, status, f"The status of {what} ({error.body[:300]})")
    expect_problem(error.body, status)


def expect_problem(body, status):
    problem = json.loads(body)
    if status == 404:
        expect("resourceType" in problem.get("data", {}), f"It is not said what there is not: {body[:300]}")
    expect_equal(problem.get("status"), status, f"`status` of the problem {body[:300]}")
    for key in ("type", "title"):
        expect(isinstance(problem.get(key), str), f"The problem has no {key}: {body[:300]}")


def organization():
    return sdk.organizations.list_organizations_for_user().organizations_response.data[0]


def workspace(name="SDK"):
    made = sdk.workspaces.create_workspace(request=models.WorkspaceCreateRequest(name=name)).workspace_response
    return made.workspace_id


class Shop:
    """A workspace with a source of people and a Postgres to write to, made by the SDK alone."""

    def __init__(self, count=USERS):
        self.workspace = workspace()
        self.definition = sdk.source_definitions.create_source_definition(
            request=api.CreateSourceDefinitionRequest(
                workspace_id=self.workspace, create_definition_request=models.CreateDefinitionRequest(
                    name="People", docker_repository="exec:source-people", docker_image_tag="dev"))
        ).definition_response.id
        self.source = self.create_source(count)
        self.destination = self.create_destination()

    def create_source(self, count, name="People"):
        return sdk.sources.create_source(request=models.SourceCreateRequest(
            name=name, workspace_id=self.workspace, definition_id=self.definition,
            configuration=models.SourceFaker(count=count))).source_response.source_id

    def create_destination(self, name="Warehouse"):
        return sdk.destinations.create_destination(request=models.DestinationCreateRequest(
            name=name, workspace_id=self.workspace, configuration=postgres())).destination_response.destination_id

    def connect(self, **more):
        users = models.StreamConfiguration(
            name="users", sync_mode=models.ConnectionSyncModeEnum.INCREMENTAL_DEDUPED_HISTORY)
        return sdk.connections.create_connection(request=models.ConnectionCreateRequest(
            source_id=self.source, destination_id=self.destination,
            **{"configurations": streams(users), **more})).connection_response


def streams(*each):
    kind = getattr(models, "StreamConfigurationsInput", models.StreamConfigurations)
    return kind(streams=list(each))


def postgres(**changed):
    place = {**fixture.postgres, **changed}
    return models.DestinationPostgres(
        host=place["host"], port=place["port"], database=place["database"], username=place["username"],
        password=place["password"])


def job(connection, kind=models.JobTypeEnum.SYNC):
    return sdk.jobs.create_job(
        request=models.JobCreateRequest(connection_id=connection, job_type=kind)).job_response


def look(id):
    return sdk.jobs.get_job(request=api.GetJobRequest(job_id=id)).job_response


def ended(id):
    over = (models.JobStatusEnum.SUCCEEDED, models.JobStatusEnum.FAILED, models.JobStatusEnum.CANCELLED)
    return until(180, f"job {id} to end", lambda: look(id), lambda seen: seen.status in over)


def signing_in():
    """health, and a token from each address that the SDK makes of what it is given"""
    expect_equal(sdk.health.get_health_check().status_code, 200, "The status of the health check")
    for address in ("/applications/token", "v1/applications/token", "/v1/applications/token",
                    "applications/token", f"{server.config_root}/applications/token"):
        found = client(address).workspaces.list_workspaces(request=api.ListWorkspacesRequest(limit=1))
        expect_equal(found.status_code, 200, f"The status with a token from {address}")


def workspaces():
    """workspaces: create, get, list, update, delete"""
    off = models.NotificationConfig(email=models.EmailNotificationConfig(enabled=False))
    made = sdk.workspaces.create_workspace(request=models.WorkspaceCreateRequest(
        name="Shop", organization_id=organization().organization_id,
        notifications=models.NotificationsConfig(success=off))).workspace_response
    expect_equal(made.name, "Shop", "The name")
    expect(made.data_residency, "There is no dataResidency.")
    id = made.workspace_id
    expect_equal(get_workspace(id), made, "The workspace that is read")
    listed = sdk.workspaces.list_workspaces(request=api.ListWorkspacesRequest(workspace_ids=[id])).workspaces_response
    expect_equal([each.workspace_id for each in listed.data], [id], "The list")
    changed = sdk.workspaces.update_workspace(request=api.UpdateWorkspaceRequest(
        workspace_id=id, workspace_update_request=models.WorkspaceUpdateRequest(name="Bigger shop"))).workspace_response
    expect_equal(changed.name, "Bigger shop", "The new name")
    expect_equal(get_workspace(id), changed, "The workspace that is read after the change")
    deleted = sdk.workspaces.delete_workspace(request=api.DeleteWorkspaceRequest(workspace_id=id))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    refused(404, lambda: get_workspace(id), "reading a deleted workspace")


def get_workspace(id):
    return sdk.workspaces.get_workspace(request=api.GetWorkspaceRequest(workspace_id=id)).workspace_response


def workspace_pages():
    """lists go on page by page, and hold each thing once"""
    made = {workspace(f"Page {number}") for number in range(5)}
    seen, offset = [], 0
    while True:
        page = sdk.workspaces.list_workspaces(request=api.ListWorkspacesRequest(
            workspace_ids=sorted(made), limit=2, offset=offset)).workspaces_response
        seen += [each.workspace_id for each in page.data]
        expect_equal(bool(page.previous), offset > 0, f"Whether there is a page before the one at {offset}")
        offset += 2
        if not page.data or not page.next:
            break
    expect_equal(sorted(seen), sorted(made), "What the pages hold")


def people_of_the_organization():
    """organizations and users are listed; permissions: create, get, list, update, delete"""
    mine = organization()
    users = sdk.users.list_users_within_an_organization(request=api.ListUsersWithinAnOrganizationRequest(
        organization_id=mine.organization_id)).users_response.data
    expect(users, "The organization has no user.")
    user = users[0].id
    kinds = models.PublicPermissionType
    made = sdk.permissions.create_permission(request=models.PermissionCreateRequest(
        permission_type=kinds.WORKSPACE_READER, user_id=user, workspace_id=workspace())).permission_response
    id = made.permission_id
    read = get_permission(id)
    expect_equal((read.permission_type, read.user_id), (made.permission_type, user), "The permission that is read")
    listed = sdk.permissions.list_permissions(request=api.ListPermissionsRequest(user_id=user)).permissions_response
    expect(id in [each.permission_id for each in listed.data], "The permission is not in the list.")
    changed = sdk.permissions.update_permission(request=api.UpdatePermissionRequest(
        permission_id=id, permission_update_request=models.PermissionUpdateRequest(
            permission_type=models.PermissionType.WORKSPACE_ADMIN))).permission_response
    expect_equal(changed.permission_type.value, "workspace_admin", "The new kind")
    expect_equal(get_permission(id).permission_type.value, "workspace_admin", "The kind that is read")
    deleted = sdk.permissions.delete_permission(request=api.DeletePermissionRequest(permission_id=id))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    refused(404, lambda: get_permission(id), "reading a deleted permission")


def get_permission(id):
    return sdk.permissions.get_permission(request=api.GetPermissionRequest(permission_id=id)).permission_response


def tags():
    """tags: create, get, list, update, delete"""
    place = workspace()
    made = sdk.tags.create_tag(
        request=models.TagCreateRequest(name="nightly", color="FF5733", workspace_id=place)).tag_response
    id = made.tag_id
    expect_equal(get_tag(id), made, "The tag that is read")
    listed = sdk.tags.list_tags(request=api.ListTagsRequest(workspace_ids=[place])).tags_response
    expect_equal([each.tag_id for each in listed.data], [id], "The list")
    changed = sdk.tags.update_tag(request=api.UpdateTagRequest(
        tag_id=id, tag_patch_request=models.TagPatchRequest(name="hourly", color="00FF00"))).tag_response
    expect_equal((changed.name, changed.color), ("hourly", "00FF00"), "The changed tag")
    expect_equal(get_tag(id), changed, "The tag that is read after the change")
    deleted = sdk.tags.delete_tag(request=api.DeleteTagRequest(tag_id=id))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    refused(404, lambda: get_tag(id), "reading a deleted tag")


def get_tag(id):
    return sdk.tags.get_tag(request=api.GetTagRequest(tag_id=id)).tag_response


def definitions():
    """definitions of sources and of destinations: create, get, list, update, delete"""
    exercise_definitions("source", sdk.source_definitions, "exec:source-people")
    exercise_definitions("destination", sdk.destination_definitions, "exec:destination-scripted")


def exercise_definitions(kind, calls, image):
    place = workspace()

    def call(verb, **more):
        request = getattr(api, f"{verb.capitalize()}{kind.capitalize()}Definition{'s' if verb == 'list' else ''}Request")
        name = f"{verb}_{kind}_definition{'s' if verb == 'list' else ''}"
        return getattr(calls, name)(request=request(workspace_id=place, **more))

    made = call("create", create_definition_request=models.CreateDefinitionRequest(
        name="Mine", docker_repository=image, docker_image_tag="1.0.0")).definition_response
    expect_equal((made.name, made.docker_repository, made.docker_image_tag), ("Mine", image, "1.0.0"), "What was made")
    read = call("get", definition_id=made.id).definition_response
    expect_equal(read, made, "The definition that is read")
    listed = call("list").definitions_response.data
    expect(made.id in [each.id for each in listed], "The definition is not in the list.")
    other = next(each for each in listed if each.docker_repository.startswith("swiftlet/"))
    expect_equal(call("get", definition_id=other.id).definition_response.id, other.id, "A built-in one that is read")
    changed = call("update", definition_id=made.id, update_definition_request=models.UpdateDefinitionRequest(
        name="Still mine", docker_image_tag="1.0.1")).definition_response
    expect_equal((changed.name, changed.docker_image_tag), ("Still mine", "1.0.1"), "The changed definition")
    expect_equal(call("get", definition_id=made.id).definition_response, changed, "What is read after the change")
    deleted = call("delete", definition_id=made.id)
    expect_equal(deleted.status_code, 200, "The status of the deletion")
    expect_equal(deleted.definition_response.id, made.id, "The deleted definition")
    refused(404, lambda: call("get", definition_id=made.id), f"reading a deleted {kind} definition")


def sources():
    """sources: create, get, list, patch, put, delete"""
    shop = Shop()
    made = get_source(shop.source)
    expect_equal((made.name, made.definition_id, made.workspace_id), ("People", shop.definition, shop.workspace),
                 "The source that is read")
    expect(made.created_at > 1_700_000_000, f"createdAt is {made.created_at}.")
    other = shop.create_source(7, "More people")
    listed = sdk.sources.list_sources(request=api.ListSourcesRequest(workspace_ids=[shop.workspace])).sources_response
    expect_equal({each.source_id for each in listed.data}, {shop.source, other}, "The list")
    sdk.sources.patch_source(request=api.PatchSourceRequest(
        source_id=other, source_patch_request=models.SourcePatchRequest(name="Patched")))
    expect_equal(get_source(other).name, "Patched", "The patched name")
    put = sdk.sources.put_source(request=api.PutSourceRequest(
        source_id=other, source_put_request=models.SourcePutRequest(
            name="Put", configuration=models.SourceFaker(count=8)))).source_response
    expect_equal(put.name, "Put", "The name that was put")
    held = server.config("sources/get", {"sourceId": other})["connectionConfiguration"]
    expect_equal(held["count"], 8, "The count that was put")
    expect("sourceType" not in held, f"The kind of the source went into its configuration: {held}")
    deleted = sdk.sources.delete_source(request=api.DeleteSourceRequest(source_id=other))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    refused(404, lambda: get_source(other), "reading a deleted source")


def sources_by_kind():
    """a source is made from the kind that its configuration names; its password is not shown"""
    place = fixture.postgres
    made = sdk.sources.create_source(request=models.SourceCreateRequest(
        name="Postgres", workspace_id=workspace(), configuration=models.SourcePostgres(
            host=place["host"], port=place["port"], database=place["database"], username=place["username"],
            password=place["password"]))).source_response
    expect_equal(made.source_type, "postgres", "The kind")
    expect_equal(made.definition_id, "decd338e-5647-4c0b-adf4-da0e75f5a750", "The definition")
    read = sdk.sources.get_source(request=api.GetSourceRequest(source_id=made.source_id))
    expect(place["password"] not in read.raw_response.text, "The password is shown.")
    expect(MASK in read.raw_response.text, f"There is no mask: {read.raw_response.text[:500]}")


def get_source(id):
    return sdk.sources.get_source(request=api.GetSourceRequest(source_id=id)).source_response


def destinations():
    """destinations: create, get, list, patch, put, delete"""
    shop = Shop()
    made = get_destination(shop.destination)
    expect_equal((made.name, made.destination_type, made.workspace_id), ("Warehouse", "postgres", shop.workspace),
                 "The destination that is read")
    expect_equal(made.configuration.password, MASK, "The password")
    expect_equal(made.configuration.host, fixture.postgres["host"], "The host")
    other = shop.create_destination("Second")
    listed = sdk.destinations.list_destinations(
        request=api.ListDestinationsRequest(workspace_ids=[shop.workspace])).destinations_response
    expect_equal({each.destination_id for each in listed.data}, {shop.destination, other}, "The list")
    sdk.destinations.patch_destination(request=api.PatchDestinationRequest(
        destination_id=other, destination_patch_request=models.DestinationPatchRequest(name="Patched")))
    expect_equal(get_destination(other).name, "Patched", "The patched name")
    put = sdk.destinations.put_destination(request=api.PutDestinationRequest(
        destination_id=other, destination_put_request=models.DestinationPutRequest(
            name="Put", configuration=postgres(database="elsewhere", password=MASK)))).destination_response
    expect_equal((put.name, put.configuration.database), ("Put", "elsewhere"), "What was put")
    deleted = sdk.destinations.delete_destination(request=api.DeleteDestinationRequest(destination_id=other))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    refused(404, lambda: get_destination(other), "reading a deleted destination")


def get_destination(id):
    return sdk.destinations.get_destination(request=api.GetDestinationRequest(destination_id=id)).destination_response


def stream_properties():
    """the streams of a source are told, with the ways they can be synced"""
    shop = Shop()
    found = sdk.streams.get_stream_properties(request=api.GetStreamPropertiesRequest(
        source_id=shop.source, destination_id=shop.destination)).stream_properties_response
    found = {each.stream_name: each for each in found}
    expect_equal(set(found), {"users", "purchases", "products"}, "The streams")
    users = found["users"]
    expect_equal(users.source_defined_cursor_field, True, "Whether the source has a cursor of its own")
    expect_equal(users.default_cursor_field, ["updated_at"], "The cursor")
    expect_equal(users.source_defined_primary_key, [["id"]], "The primary key")
    expect(["email"] in users.property_fields, f"The fields are {users.property_fields}.")
    expect(models.ConnectionSyncModeEnum.INCREMENTAL_DEDUPED_HISTORY in users.sync_modes, f"{users.sync_modes}")
    expect(models.ConnectionSyncModeEnum.INCREMENTAL_APPEND not in found["products"].sync_modes,
           f"{found['products'].sync_modes}")


def connections():
    """connections: create, get, list, patch, delete; streams, schedule, tags and settings come back as they were given"""
    shop = Shop()
    tag = sdk.tags.create_tag(request=models.TagCreateRequest(
        name="nightly", color="FF5733", workspace_id=shop.workspace)).tag_response
    tag = models.Tag(tag_id=tag.tag_id, name=tag.name, color=tag.color, workspace_id=tag.workspace_id)
    modes = models.ConnectionSyncModeEnum
    made = shop.connect(
        name="People", prefix="raw_", namespace_definition=models.NamespaceDefinitionEnum.CUSTOM_FORMAT,
        namespace_format="lake_${SOURCE_NAMESPACE}", tags=[tag], status=models.ConnectionStatusEnum.INACTIVE,
        non_breaking_schema_updates_behavior=models.NonBreakingSchemaUpdatesBehaviorEnum.PROPAGATE_COLUMNS,
        schedule=models.AirbyteAPIConnectionSchedule(
            schedule_type=models.ScheduleTypeEnum.CRON, cron_expression="0 0 12 * * ?"),
        configurations=streams(
            models.StreamConfiguration(name="users", sync_mode=modes.INCREMENTAL_DEDUPED_HISTORY),
            models.StreamConfiguration(name="purchases", sync_mode=modes.INCREMENTAL_APPEND,
                                       cursor_field=["updated_at"],
                                       selected_fields=[models.SelectedFieldInfo(field_path=["id"]),
                                                        models.SelectedFieldInfo(field_path=["updated_at"])])))
    id = made.connection_id
    read = get_connection(id)
    expect_equal(read, made, "The connection that is read")
    expect_equal((read.name, read.prefix, read.workspace_id), ("People", "raw_", shop.workspace), "Its beginning")
    expect_equal(read.status, models.ConnectionStatusEnum.INACTIVE, "Its status")
    expect_equal(read.namespace_definition, models.NamespaceDefinitionEnum.CUSTOM_FORMAT, "Its kind of namespace")
    expect_equal(read.namespace_format, "lake_${SOURCE_NAMESPACE}", "Its namespace")
    expect_equal(read.schedule.cron_expression, "0 0 12 * * ? UTC", "Its schedule")
    expect_equal([each.tag_id for each in read.tags], [tag.tag_id], "Its tags")
    found = {each.name: each for each in read.configurations.streams}
    expect_equal(found["users"].sync_mode, modes.INCREMENTAL_DEDUPED_HISTORY, "How users are synced")
    expect_equal(found["users"].primary_key, [["id"]], "The primary key of users")
    expect_equal(found["purchases"].cursor_field, ["updated_at"], "The cursor of purchases")
    expect_equal(sorted(each.field_path for each in found["purchases"].selected_fields), [["id"], ["updated_at"]],
                 "The selected fields of purchases")
    all_streams = shop.connect(name="All", configurations=None)
    expect_equal({(each.name, each.sync_mode) for each in all_streams.configurations.streams},
                 {(name, modes.FULL_REFRESH_OVERWRITE) for name in ("users", "purchases", "products")},
                 "The streams of a connection that names none")
    listed = sdk.connections.list_connections(request=api.ListConnectionsRequest(
        workspace_ids=[shop.workspace])).connections_response
    expect_equal({each.connection_id for each in listed.data}, {id, all_streams.connection_id}, "The list")
    tagged = sdk.connections.list_connections(request=api.ListConnectionsRequest(
        workspace_ids=[shop.workspace], tag_ids=[tag.tag_id])).connections_response
    expect_equal([each.connection_id for each in tagged.data], [id], "The list of a tag")
    patched = sdk.connections.patch_connection(request=api.PatchConnectionRequest(
        connection_id=id, connection_patch_request=models.ConnectionPatchRequest(
            name="Patched", status=models.ConnectionStatusEnum.ACTIVE,
            schedule=models.AirbyteAPIConnectionSchedule(schedule_type=models.ScheduleTypeEnum.MANUAL)))
    ).connection_response
    expect_equal((patched.name, patched.status), ("Patched", models.ConnectionStatusEnum.ACTIVE), "What was patched")
    expect_equal(patched.schedule.schedule_type.value, "manual", "The patched schedule")
    expect_equal(patched.configurations, read.configurations, "The streams, which were not patched")
    expect_equal(get_connection(id), patched, "What is read after the patch")
    deleted = sdk.connections.delete_connection(request=api.DeleteConnectionRequest(connection_id=id))
    expect_equal(deleted.status_code, 204, "The status of the deletion")
    listed = sdk.connections.list_connections(request=api.ListConnectionsRequest(
        workspace_ids=[shop.workspace])).connections_response
    expect_equal([each.connection_id for each in listed.data], [all_streams.connection_id], "The list without it")


def wrong_connections():
    """a connection that cannot be is refused with 400 and a problem"""
    shop = Shop()
    modes = models.ConnectionSyncModeEnum
    for wrong in (
        models.StreamConfiguration(name="nothing"),
        models.StreamConfiguration(name="products", sync_mode=modes.INCREMENTAL_APPEND),
        models.StreamConfiguration(name="purchases", sync_mode=modes.INCREMENTAL_APPEND, cursor_field=["nothing"]),
        models.StreamConfiguration(name="products", sync_mode=modes.FULL_REFRESH_OVERWRITE_DEDUPED),
    ):
        refused(400, lambda wrong=wrong: shop.connect(configurations=streams(wrong)), f"{wrong.name}, {wrong.sync_mode}")
    often = models.AirbyteAPIConnectionSchedule(
        schedule_type=models.ScheduleTypeEnum.CRON, cron_expression="* * * * * ?")
    refused(400, lambda: shop.connect(schedule=often), "a schedule of every second")


def get_connection(id):
    return sdk.connections.get_connection(request=api.GetConnectionRequest(connection_id=id)).connection_response


def jobs():
    """jobs: a sync and a reset are started, followed and listed"""
    connection = Shop().connect(name="Jobs").connection_id
    started = job(connection)
    expect(started.status in (models.JobStatusEnum.PENDING, models.JobStatusEnum.RUNNING), f"It is {started.status}.")
    done = ended(started.job_id)
    expect_equal(done.status, models.JobStatusEnum.SUCCEEDED, "The sync's status")
    expect_equal((done.job_type, done.rows_synced), (models.JobTypeEnum.SYNC, USERS), "The sync's kind and its rows")
    expect(done.bytes_synced > 0 and done.duration.startswith("PT"), f"{done}")
    expect_equal(done.connection_id, connection, "The sync's connection")
    cleared = ended(job(connection, models.JobTypeEnum.RESET).job_id)
    expect_equal((cleared.job_type, cleared.status), (models.JobTypeEnum.RESET, models.JobStatusEnum.SUCCEEDED),
                 "The reset's kind and its status")
    again = ended(job(connection).job_id)
    expect_equal(again.rows_synced, USERS, "The rows after the reset")
    found = listed_jobs(connection_id=connection)
    expect_equal(found, [done.job_id, again.job_id], "The syncs, oldest first")
    expect_equal(listed_jobs(connection_id=connection, order_by="createdAt|DESC"), found[::-1], "Newest first")
    expect_equal(listed_jobs(connection_id=connection, job_type=models.JobTypeEnum.RESET), [cleared.job_id], "The reset")
    expect_equal(listed_jobs(connection_id=connection, status=models.JobStatusEnum.FAILED), [], "Those that failed")
    expect_equal(listed_jobs(connection_id=connection, limit=1, offset=1), [again.job_id], "The second page")


def listed_jobs(**more):
    more = {"job_type": models.JobTypeEnum.SYNC, **more}
    return [each.job_id for each in sdk.jobs.list_jobs(request=api.ListJobsRequest(**more)).jobs_response.data]


def cancelling():
    """a job is cancelled, and may be again; a second sync beside it and cancelling one that has ended are refused with 409"""
    connection = Shop(ENDLESS).connect(name="Endless").connection_id
    started = job(connection).job_id
    refused(409, lambda: job(connection), "a second sync")
    cancelled = sdk.jobs.cancel_job(request=api.CancelJobRequest(job_id=started))
    expect_equal(cancelled.status_code, 200, "The status of the cancelling")
    expect_equal(cancelled.job_response.job_id, started, "The cancelled job")
    expect_equal(ended(started).status, models.JobStatusEnum.CANCELLED, "The job's status")
    again = sdk.jobs.cancel_job(request=api.CancelJobRequest(job_id=started)).job_response
    expect_equal((again.job_id, again.status), (started, models.JobStatusEnum.CANCELLED), "Cancelling it again")
    done = ended(job(Shop().connect(name="Ended").connection_id).job_id).job_id
    refused(409, lambda: sdk.jobs.cancel_job(request=api.CancelJobRequest(job_id=done)), "cancelling what has ended")


def refusals():
    """what there is not is answered with 404 and a problem"""
    refused(404, lambda: get_source(NOBODY), "reading a source")
    refused(404, lambda: get_destination(NOBODY), "reading a destination")
    refused(404, lambda: get_connection(NOBODY), "reading a connection")
    refused(404, lambda: get_workspace(NOBODY), "reading a workspace")
    refused(404, lambda: look(999_999_999), "reading a job")
    refused(404, lambda: job(NOBODY), "syncing a connection")


def beyond():
    """what is not carried out is answered with a problem and 501"""
    place = workspace()
    kind = models.ActorTypeEnum.SOURCE
    calls = [
        lambda: sdk.sources.initiate_o_auth(request=models.InitiateOauthRequest(
            redirect_url="https://example.com", source_type="github", workspace_id=place)),
        lambda: sdk.workspaces.create_or_update_workspace_o_auth_credentials(
            request=api.CreateOrUpdateWorkspaceOAuthCredentialsRequest(
                workspace_id=place, workspace_o_auth_credentials_request=models.WorkspaceOAuthCredentialsRequest(
                    actor_type=kind, name="github", configuration={}))),
        lambda: sdk.organizations.create_or_update_organization_o_auth_credentials(
            request=api.CreateOrUpdateOrganizationOAuthCredentialsRequest(
                organization_id=organization().organization_id,
                organization_o_auth_credentials_request=models.OrganizationOAuthCredentialsRequest(
                    actor_type=kind, name="github", configuration={}))),
        lambda: sdk.declarative_source_definitions.list_declarative_source_definitions(
            request=api.ListDeclarativeSourceDefinitionsRequest(workspace_id=place)),
    ]
    for number, call in enumerate(calls):
        refused(501, call, f"call {number}")


def readme_example():
    """the README's example runs a sync"""
    os.environ.update(readme.settings(server, fixture.connection))
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(compile(readme.example("Python", "python"), "README.md", "exec"), {})
    expect(re.fullmatch(rf"Job \d+: succeeded, {USERS} rows\n", output.getvalue()), f"It says {output.getvalue()!r}.")


def drive():
    run(signing_in, workspaces, workspace_pages, people_of_the_organization, tags, definitions, sources,
        sources_by_kind, destinations, stream_properties, connections, wrong_connections, jobs, cancelling, refusals,
        beyond, readme_example)
