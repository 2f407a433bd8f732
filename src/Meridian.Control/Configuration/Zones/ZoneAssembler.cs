using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Zones;

/// <summary>Turns a draft that passed all rules into the model.</summary>
internal static class ZoneAssembler
{
    /// <summary>The zone, or null when it has no start of authority (which has been reported).</summary>
    public static ZoneModel? Assemble(ZoneDraft draft)
    {
        if (draft.Soa is not { } soa)
        {
            return null;
        }
        return new ZoneModel
        {
            Apex = draft.Apex,
            Soa = soa,
            DefaultTtlSeconds = draft.DefaultTtlSeconds,
            Guard = draft.Guard,
            NeedsApproval = draft.NeedsApproval,
            Owners = draft.OwnedBy,
            // In canonical order, so that the order in which records were written does not make another configuration.
            RRsets = [.. draft.RRsets.OrderBy(rrset => rrset.Owner).ThenBy(rrset => rrset.Type).Select(ToModel)],
        };
    }

    private static RRsetModel ToModel(RRsetDraft draft) => new()
    {
        Owner = draft.Owner,
        Type = draft.Type,
        TtlSeconds = draft.TtlSeconds,
        Rdata = [.. draft.Rdata.Select(record => (ReadOnlyMemory<byte>)record.Rdata)],
        Rotate = draft.Rotate,
        Steering = draft.Steering,
    };
}
