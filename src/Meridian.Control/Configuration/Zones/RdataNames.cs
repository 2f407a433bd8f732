using Meridian.Dns.Names;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Zones;

/// <summary>The domain names inside record data.</summary>
internal static class RdataNames
{
    public static IEnumerable<DomainName> Of(RecordType type, byte[] rdata)
    {
        foreach (RdataName place in RdataLayouts.FindNames(type, rdata))
        {
            if (DomainName.TryFromWire(rdata.AsSpan(place.Offset, place.Length), out DomainName? name) == DomainNameError.None && name is not null)
            {
                yield return name;
            }
        }
    }
}
