using Meridian.Dns.Names;

namespace Meridian.Engine.Zones;

/// <summary>What stands in the message whenever a template is written, so that names in its RDATA may point at it.</summary>
/// <param name="Apex">The zone's apex.</param>
/// <param name="Owner">The RRset's owner; null when the template is answered under other names too (a wildcard).</param>
/// <param name="IsReordered">
/// The records are written in changing order (rotation), so that none may point into another: it could come later, and
/// pointers go backward only (RFC 1035 §4.1.4).
/// </param>
internal readonly record struct CompressionContext(DomainName Apex, DomainName? Owner, bool IsReordered);
