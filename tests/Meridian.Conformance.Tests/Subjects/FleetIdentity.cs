namespace Meridian.Conformance.Tests.Subjects;

/// <summary>What all servers of the fleet have in common, as servers behind one address would.</summary>
internal static class FleetIdentity
{
    /// <summary>NSID (RFC 5001), and the answer to <c>id.server</c> (RFC 4892).</summary>
    public const string Name = "conformance-1";

    /// <summary>The secret of their cookies (RFC 9018 §5): 16 octets, the first of the RFC's examples.</summary>
    public const string CookieSecret = "e5e973e5a6b2a43f48e7dc849e37bfcf";
}
