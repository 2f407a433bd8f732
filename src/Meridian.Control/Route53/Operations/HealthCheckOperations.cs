using System.Collections.Immutable;
using Meridian.Control.ChangeLog;
using Meridian.Control.Route53.Reading;
using Meridian.Control.Route53.Records;
using Meridian.Control.Route53.Wire;
using Meridian.Dns.Names;
using Microsoft.AspNetCore.Http;

namespace Meridian.Control.Route53.Operations;

/// <summary>Health checks: monitors, made and changed by this API.</summary>
internal sealed class HealthCheckOperations(Route53Services services)
{
    private const string Resource = "healthcheck";
    private const int ReferenceLengthMax = 64;

    private static readonly string[] Resettable = ["FullyQualifiedDomainName", "Regions", "ResourcePath", "ChildHealthChecks"];

    public IEnumerable<Route53Route> Routes =>
    [
        Route53Route.Write("POST", "healthcheck", "CreateHealthCheck", CreateAsync),
        Route53Route.Read("healthcheck", "ListHealthChecks", ListAsync),
        Route53Route.Read("healthcheckcount", "GetHealthCheckCount", CountAsync),
        Route53Route.Read("healthcheck/{HealthCheckId}", "GetHealthCheck", GetAsync),
        Route53Route.Write("POST", "healthcheck/{HealthCheckId}", "UpdateHealthCheck", UpdateAsync),
        Route53Route.Write("DELETE", "healthcheck/{HealthCheckId}", "DeleteHealthCheck", DeleteAsync),
    ];

    private async Task<Route53Reply> CreateAsync(Route53Request request)
    {
        request.CheckShared("a health check");
        XmlBody wanted = request.Read("CreateHealthCheckRequest");
        string reference = wanted.RequireBounded("CallerReference", 1, ReferenceLengthMax);
        HealthCheckConfig config = HealthCheckXml.Read(wanted.RequireElement("HealthCheckConfig"));
        string id = ResourceIds.CreateUuid(services.Random);
        DocumentKey used = CallerReferences.KeyOf(Resource, reference);
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            if (state.Find(used) is { } before)
            {
                // The same request once more: what it made the first time.
                string made = CallerReferences.IdIn(before) ?? "";
                id = HealthCheck.Find(state, made) is { } existing && existing.Config.MeansTheSameAs(config) ? made
                    : throw new Route53Error(409, "HealthCheckAlreadyExists", $"A health check has already been created with the specified caller reference '{reference}'.").ToException();
                return new ChangeDraft();
            }
            if (state.Of(DocumentKinds.Monitor).Count() >= services.Limits.HealthCheckCount)
            {
                throw new Route53Error(400, "TooManyHealthChecks", $"Limits Exceeded: the limit of {services.Limits.HealthCheckCount} health checks is reached.").ToException();
            }
            CheckChildren(state, config);
            return new ChangeDraft()
                .Put(new DocumentKey(DocumentKinds.Monitor, id), HealthCheckCodec.Write(config, reference, 1, [], Vantages()), null)
                .Put(used, CallerReferences.Body(id), null);
        });
        HealthCheck check = await RequireAsync(id, request.Aborted);
        return Route53Reply.Created("CreateHealthCheckResponse", $"healthcheck/{id}", xml => xml.Element("HealthCheck", () => HealthCheckXml.Write(xml, check))) with
        {
            Revision = revision,
            Target = $"healthcheck/{id}",
        };
    }

    private async Task<Route53Reply> UpdateAsync(Route53Request request)
    {
        request.CheckShared("a health check");
        string id = IdOf(request);
        XmlBody wanted = request.Read("UpdateHealthCheckRequest");
        long? version = wanted.Number("HealthCheckVersion", 1, long.MaxValue);
        ImmutableArray<string> reset = [.. wanted.List("ResetElements", "ResettableElementName").Select(name => name.Text)];
        foreach (string unknown in reset.Where(name => !Resettable.Contains(name)))
        {
            throw Route53Error.NotInEnumeration(unknown, Resettable).ToException();
        }
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            HealthCheck now = HealthCheck.Find(state, id) ?? throw Route53Error.NoSuchHealthCheck(id).ToException();
            if (version is { } expected && expected != now.Version)
            {
                throw new Route53Error(
                    409, "HealthCheckVersionMismatch", $"The value of HealthCheckVersion {expected} is not the current version {now.Version} of the health check.").ToException();
            }
            if (wanted.TextOf("IPAddress") is { Length: > 0 } && now.Config.IPAddress is null)
            {
                throw Route53Error.InvalidInput("Invalid parameter : IPAddress cannot be added to a health check that was created without one.").ToException();
            }
            HealthCheckConfig config = HealthCheckXml.Merge(Reset(now.Config, reset), wanted);
            HealthCheckXml.Check(config);
            CheckChildren(state, config);
            ImmutableArray<KeyValuePair<string, string>> tags = ZoneMetadata.Read(now.Body).Tags;
            return new ChangeDraft().Put(
                now.Document.Key, HealthCheckCodec.Write(config, now.CallerReference, now.Version + 1, tags, Vantages()), now.Document);
        });
        HealthCheck check = await RequireAsync(id, request.Aborted);
        return Route53Reply.Ok("UpdateHealthCheckResponse", xml => xml.Element("HealthCheck", () => HealthCheckXml.Write(xml, check))) with { Revision = revision };
    }

    private async Task<Route53Reply> DeleteAsync(Route53Request request)
    {
        request.CheckShared("a health check");
        string id = IdOf(request);
        long revision = await services.Writer.WriteAsync(request, null, [DomainName.Root], state =>
        {
            HealthCheck now = HealthCheck.Find(state, id) ?? throw Route53Error.NoSuchHealthCheck(id).ToException();
            // The service refuses this only for children of calculated checks; records that are left behind count as healthy.
            if (HealthCheck.All(state).FirstOrDefault(other => other.Config.Children.Contains(id)) is { } parent)
            {
                throw new Route53Error(400, "HealthCheckInUse", $"The health check {id} is a child of the calculated health check {parent.Id}.").ToException();
            }
            ChangeDraft draft = new ChangeDraft().Delete(now.Document);
            HealthCheckReferences.Remove(draft, state, id);
            return draft;
        });
        return Route53Reply.Ok("DeleteHealthCheckResponse") with { Revision = revision };
    }

    private async Task<Route53Reply> GetAsync(Route53Request request)
    {
        HealthCheck check = await RequireAsync(IdOf(request), request.Aborted);
        return Route53Reply.Ok("GetHealthCheckResponse", xml => xml.Element("HealthCheck", () => HealthCheckXml.Write(xml, check)));
    }

    private async Task<Route53Reply> CountAsync(Route53Request request)
    {
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        return Route53Reply.Ok("GetHealthCheckCountResponse", xml => xml.Number("HealthCheckCount", HealthCheck.All(state).Count()));
    }

    private async Task<Route53Reply> ListAsync(Route53Request request)
    {
        int count = request.PageLength("maxitems", services.Limits.Page, out string maxItems);
        string? marker = request.Query("marker");
        DirectoryState state = await services.Directory.CurrentAsync(request.Aborted);
        if (marker is not null && HealthCheck.Find(state, marker) is null)
        {
            throw new Route53Error(StatusCodes.Status400BadRequest, "InvalidInput", $"The marker {marker} is not valid.").ToException();
        }
        HealthCheck[] found =
        [
            .. HealthCheck.All(state).SkipWhile(check => marker is not null && string.CompareOrdinal(check.Id, marker) < 0).Take(count + 1),
        ];
        return Route53Reply.Ok("ListHealthChecksResponse", xml =>
        {
            xml.List("HealthChecks", "HealthCheck", found.Take(count), check => HealthCheckXml.Write(xml, check));
            xml.Text("Marker", marker ?? "");
            xml.Boolean("IsTruncated", found.Length > count);
            xml.Text("NextMarker", found.Length > count ? found[count].Id : null);
            xml.Text("MaxItems", maxItems);
        });
    }

    private static string IdOf(Route53Request request)
    {
        string id = request.Path("HealthCheckId");
        XmlBody.CheckLength(id, "healthCheckId", 1, HealthCheck.IdLengthMax);
        return id;
    }

    private static HealthCheckConfig Reset(HealthCheckConfig config, ImmutableArray<string> names) => config with
    {
        FullyQualifiedDomainName = names.Contains("FullyQualifiedDomainName") ? null : config.FullyQualifiedDomainName,
        ResourcePath = names.Contains("ResourcePath") ? null : config.ResourcePath,
        Regions = names.Contains("Regions") ? [] : config.Regions,
        Children = names.Contains("ChildHealthChecks") ? [] : config.Children,
    };

    private static void CheckChildren(DirectoryState state, HealthCheckConfig config)
    {
        foreach (string child in config.Children)
        {
            HealthCheck found = HealthCheck.Find(state, child) ?? throw Route53Error.InvalidInput($"Invalid parameter : the child health check {child} does not exist.").ToException();
            if (found.Config.IsCalculated)
            {
                throw Route53Error.InvalidInput($"Invalid parameter : the child health check {child} is CALCULATED itself.").ToException();
            }
        }
    }

    private IReadOnlyCollection<string> Vantages() => services.Model() is { } model
        ? [.. model.VantagePoints.Keys, model.Vantage.Name]
        : [];

    private async Task<HealthCheck> RequireAsync(string id, CancellationToken cancellationToken) =>
        HealthCheck.Find(await services.Directory.CurrentAsync(cancellationToken), id) ?? throw Route53Error.NoSuchHealthCheck(id).ToException();
}
