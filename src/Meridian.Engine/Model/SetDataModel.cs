using Meridian.Dns.Records;

namespace Meridian.Engine.Model;

/// <summary>Records that are answered together, whatever their type.</summary>
/// <param name="Type">Their type.</param>
/// <param name="TtlSeconds">Their TTL.</param>
/// <param name="Rdata">Their data, in the order in which it is written.</param>
public sealed record SetDataModel(RecordType Type, uint TtlSeconds, ModelList<RdataModel> Rdata);
