using Meridian.Dns.Names;

namespace Meridian.Conformance.Tests.Subjects;

/// <summary>A zone that every subject serves: the same text for all of them.</summary>
/// <param name="Apex">Absolute, with its final dot.</param>
/// <param name="Text">A master file (RFC 1035 §5).</param>
public sealed record TestZone(string Apex, string Text)
{
    /// <summary>The name of the file that a subject reads. Never the apex itself: it may hold octets that no file name has.</summary>
    public string FileName => Convert.ToHexStringLower(DomainName.Parse(Apex).Wire) + ".zone";
}
