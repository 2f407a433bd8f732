using Meridian.Control.Access;
using Meridian.Control.Route53.Wire;

namespace Meridian.Control.Route53.Operations;

/// <summary>
/// Operations that are bound to other services of AWS. They are refused in the form that clients read, with the reason, so
/// that nobody looks for a fault in the network.
/// </summary>
internal static class UnavailableOperations
{
    private const string Dnssec = "keys of this API live in AWS KMS, which there is not here";
    private const string Logging = "query logs of this API go to CloudWatch, which there is not here";

    public static IEnumerable<Route53Route> Routes =>
    [
        Refuse("POST", "keysigningkey", "CreateKeySigningKey", "InvalidKMSArn", Dnssec),
        Refuse("POST", "keysigningkey/{HostedZoneId}/{Name}/activate", "ActivateKeySigningKey", "NoSuchKeySigningKey", Dnssec, 404),
        Refuse("POST", "keysigningkey/{HostedZoneId}/{Name}/deactivate", "DeactivateKeySigningKey", "NoSuchKeySigningKey", Dnssec, 404),
        Refuse("DELETE", "keysigningkey/{HostedZoneId}/{Name}", "DeleteKeySigningKey", "NoSuchKeySigningKey", Dnssec, 404),
        Refuse("POST", "hostedzone/{Id}/enable-dnssec", "EnableHostedZoneDNSSEC", "KeySigningKeyWithActiveStatusNotFound", Dnssec),
        Refuse("POST", "hostedzone/{Id}/disable-dnssec", "DisableHostedZoneDNSSEC", "DNSSECNotFound", Dnssec),
        Refuse("POST", "queryloggingconfig", "CreateQueryLoggingConfig", "NoSuchCloudWatchLogsLogGroup", Logging),
        Refuse("GET", "queryloggingconfig/{Id}", "GetQueryLoggingConfig", "NoSuchQueryLoggingConfig", Logging, 404),
        Refuse("DELETE", "queryloggingconfig/{Id}", "DeleteQueryLoggingConfig", "NoSuchQueryLoggingConfig", Logging, 404),
        Route53Route.Read("queryloggingconfig", "ListQueryLoggingConfigs", ListLoggingAsync),
        Refuse("POST", "hostedzone/{Id}/features", "UpdateHostedZoneFeatures", "InvalidInput", "accelerated recovery is a feature of AWS"),
    ];

    private static Task<Route53Reply> ListLoggingAsync(Route53Request request) =>
        Route53Reply.From(Route53Reply.Ok("ListQueryLoggingConfigsResponse", xml => xml.Element("QueryLoggingConfigs", () => { })));

    private static Route53Route Refuse(string method, string path, string operation, string code, string reason, int status = 400) => Route53Route.Create(
        method, path, operation, Permission.Read, _ => throw new Route53Error(status, code, $"{operation} is not offered by this server: {reason}.").ToException());
}
