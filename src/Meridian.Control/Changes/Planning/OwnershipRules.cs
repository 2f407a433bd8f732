using Meridian.Control.ChangeLog;
using Meridian.Control.Changes.Documents;
using Meridian.Engine.Model;

namespace Meridian.Control.Changes.Planning;

/// <summary>Who may write what: per zone, and in it per name.</summary>
internal static class OwnershipRules
{
    /// <summary>Who owns a document, where it is owned by somebody in particular.</summary>
    /// <param name="model">What is served: a change cannot give itself what it takes.</param>
    /// <param name="key">The document.</param>
    /// <returns><see cref="ChangeOwner.Any"/> for everything that is of no zone, or of one that says nothing.</returns>
    public static ChangeOwner OwnerOf(MeridianModel? model, DocumentKey key)
    {
        string zoneName = key.Name;
        string owner = "*";
        if (key.Kind == DocumentKinds.Records)
        {
            if (!RecordsName.TrySplit(key.Name, out string? zone, out string? name))
            {
                return ChangeOwner.Any;
            }
            (zoneName, owner) = (zone, name);
        }
        else if (key.Kind != DocumentKinds.Zone)
        {
            return ChangeOwner.Any;
        }
        if (model is null || !ZoneKey.TryParse(zoneName, out ZoneKey zoneKey, out _) || !model.Zones.TryGetValue(zoneKey, out ZoneModel? found))
        {
            return ChangeOwner.Any;
        }
        foreach (OwnershipModel rule in found.Owners)
        {
            // The longest pattern stands first. The zone itself belongs to who owns everything.
            if (owner == "*" ? rule.Pattern == "*" : rule.Covers(owner))
            {
                return rule.Owner;
            }
        }
        return ChangeOwner.Any;
    }

    /// <summary>Whether a door is an owner's.</summary>
    public static bool MayWrite(ChangeOwner owner, ChangeOrigin origin) => owner switch
    {
        ChangeOwner.Any => true,
        ChangeOwner.Files => origin is ChangeOrigin.File or ChangeOrigin.Cli or ChangeOrigin.Rollback,
        ChangeOwner.Api => origin is ChangeOrigin.Api or ChangeOrigin.Rollback,
        ChangeOwner.Update => origin is ChangeOrigin.Update or ChangeOrigin.Rollback,
        ChangeOwner.Route53 => origin is ChangeOrigin.Route53 or ChangeOrigin.Rollback,
        _ => false,
    };

    /// <summary>An owner as it is written in the configuration.</summary>
    public static string WordOf(ChangeOwner owner) => owner switch
    {
        ChangeOwner.Files => "files",
        ChangeOwner.Api => "api",
        ChangeOwner.Update => "update",
        ChangeOwner.Route53 => "route53",
        _ => "any",
    };
}
