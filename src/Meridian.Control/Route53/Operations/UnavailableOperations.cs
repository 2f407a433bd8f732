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
    private const string Private = "every client of this server sees every zone: there are no private zones to associate";

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
        Refuse("POST", "hostedzone/{Id}/associatevpc", "AssociateVPCWithHostedZone", "PublicZoneVPCAssociation", Private),
        Refuse("POST", "hostedzone/{Id}/disassociatevpc", "DisassociateVPCFromHostedZone", "VPCAssociationNotFound", Private, 404),
        Refuse("POST", "hostedzone/{Id}/authorizevpcassociation", "CreateVPCAssociationAuthorization", "InvalidInput", Private),
        Refuse("POST", "hostedzone/{Id}/deauthorizevpcassociation", "DeleteVPCAssociationAuthorization", "VPCAssociationAuthorizationNotFound", Private, 404),
        Refuse("GET", "hostedzone/{Id}/authorizevpcassociation", "ListVPCAssociationAuthorizations", "InvalidInput", Private),
        Route53Route.Read("hostedzonesbyvpc", "ListHostedZonesByVPC", ListByVpcAsync),
    ];

    private static Task<Route53Reply> ListLoggingAsync(Route53Request request) =>
        Route53Reply.From(Route53Reply.Ok("ListQueryLoggingConfigsResponse", xml => xml.Element("QueryLoggingConfigs", () => { })));

    private static Task<Route53Reply> ListByVpcAsync(Route53Request request)
    {
        string maxItems = request.Query("maxitems") ?? "100";
        return Route53Reply.From(Route53Reply.Ok("ListHostedZonesByVPCResponse", xml =>
        {
            xml.Element("HostedZoneSummaries", () => { });
            xml.Text("MaxItems", maxItems);
        }));
    }

    private static Route53Route Refuse(string method, string path, string operation, string code, string reason, int status = 400) => Route53Route.Create(
        method, path, operation, Permission.Read, _ => throw new Route53Error(status, code, $"{operation} is not offered by this server: {reason}.").ToException());
}
