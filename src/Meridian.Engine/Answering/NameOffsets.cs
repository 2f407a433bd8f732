namespace Meridian.Engine.Answering;

/// <summary>Where names that records refer to stand in the message.</summary>
/// <param name="Owner">The owner of the record to write.</param>
/// <param name="Apex">The apex of its zone.</param>
internal readonly record struct NameOffsets(int Owner, int Apex);

/// <summary>A DNAME that a chain has passed.</summary>
/// <param name="ZoneIndex">Its zone.</param>
/// <param name="Node">Its owner.</param>
/// <param name="TargetOffset">Where its target stands in the message.</param>
internal readonly record struct RedirectPlace(int ZoneIndex, int Node, int TargetOffset);
