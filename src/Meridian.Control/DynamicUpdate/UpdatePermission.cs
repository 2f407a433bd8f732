using System.Collections.Immutable;
using Meridian.Control.Changes.Documents;
using Meridian.Dns.Names;
using Meridian.Dns.Records;
using Meridian.Engine.Model;

namespace Meridian.Control.DynamicUpdate;

/// <summary>What the holder of a key may change in one zone.</summary>
internal sealed class UpdatePermission
{
    private readonly DomainName _apex;
    private readonly ImmutableArray<UpdateRuleModel> _rules;

    public UpdatePermission(UpdateKeyModel key, DomainName apex)
    {
        _apex = apex;
        _rules = [.. key.Rules.Where(rule => rule.Zones.Contains(apex))];
    }

    /// <summary>Whether the zone is any business of the key's.</summary>
    public bool AllowsAnything => !_rules.IsEmpty;

    public bool AllowsAnythingAt(DomainName owner) => RulesOf(owner).Any();

    public bool Allows(DomainName owner, RecordType type) => RulesOf(owner).Any(rule => rule.Types.IsEmpty
        ? type is not (RecordType.NS or RecordType.SOA)
        : rule.Types.Contains(type));

    private IEnumerable<UpdateRuleModel> RulesOf(DomainName owner)
    {
        string relative = RecordsName.OwnerIn(_apex, owner);
        return _rules.Where(rule => rule.Names.Any(pattern => pattern.Covers(relative)));
    }
}
