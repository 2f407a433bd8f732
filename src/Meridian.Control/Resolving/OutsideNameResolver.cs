using System.Net;
using System.Net.Sockets;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Health.Notifying;
using Meridian.Health.Probes;

namespace Meridian.Control.Resolving;

/// <summary>Lets health checks go to the address that clients are given: what is answered is what is checked.</summary>
/// <param name="outside">Knows the names that are answered by their addresses.</param>
/// <param name="others">Finds all others, such as hostnames that are answered as CNAME.</param>
public sealed class OutsideNameResolver(OutsideResolver outside, INameResolver others) : INameResolver
{
    public ValueTask<IPAddress?> ResolveAsync(string hostname, bool isIPv4Only, CancellationToken deadline) =>
        DomainName.TryParse(hostname, DomainName.Root, out DomainName? name) == DomainNameError.None && outside.FindAddress(name!) is { } address
        && (!isIPv4Only || address.AddressFamily == AddressFamily.InterNetwork)
            ? ValueTask.FromResult<IPAddress?>(address)
            : others.ResolveAsync(hostname, isIPv4Only, deadline);

    /// <summary>The news as people are told of it.</summary>
    public static HealthEvent EventOf(OutsideNews news) => new(
        news.IsTrouble ? HealthEventKind.NameUnresolved : HealthEventKind.NameResolved,
        $"{news.Name} {news.Type.ToMnemonic()}",
        news.At,
        news.IsTrouble ? news.Problem : "the resolvers answer again",
        news.IsTrouble ? news.Consequence : "",
        []);
}
