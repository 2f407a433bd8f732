using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>The address of a DNS server, with a port unless it is 53.</summary>
internal sealed class ResolverValue : ScalarReader<IPEndPoint?>
{
    private const int DnsPort = 53;

    public override string Description => "an address, with a port unless it is 53";

    public override string Example => "192.0.2.53, 2001:db8::53 or [2001:db8::53]:5353";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out IPEndPoint? value, out ReadProblem problem)
    {
        problem = default;
        if (AddressValue.TryParseAddress(text, out IPAddress? address))
        {
            value = new IPEndPoint(address, DnsPort);
            return true;
        }
        return EndpointValue.TryParseEndpoint(text, out value);
    }
}
