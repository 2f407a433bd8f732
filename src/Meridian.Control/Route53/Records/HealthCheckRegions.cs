using System.Collections.Immutable;

namespace Meridian.Control.Route53.Records;

/// <summary>The regions that the service checks from; here they are the names of vantage points.</summary>
internal static class HealthCheckRegions
{
    public static readonly ImmutableArray<string> All =
        ["us-east-1", "us-west-1", "us-west-2", "eu-west-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "sa-east-1"];
}
