using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>owners</c> of a zone.</summary>
internal static class OwnersSection
{
    private static readonly ChoiceValue<ChangeOwner> Owner = new(
    [
        ("any", ChangeOwner.Any),
        ("files", ChangeOwner.Files),
        ("api", ChangeOwner.Api),
        ("update", ChangeOwner.Update),
        ("route53", ChangeOwner.Route53),
    ]);

    private static readonly SchemaKey Pattern = new(
        "<names>",
        Owner.Description,
        "Who writes these names: `files` is `meridian apply` and files that are reloaded, `update` is dynamic update (RFC 2136). The "
            + $"names are relative to the zone: {OwnerPatternText.Description}. The longest that fits decides.");

    public static readonly SectionSchema Schema = new()
    {
        Title = "zones.<name>.owners",
        Summary = "Who may write which names of a managed zone, so that files, ACME clients and other tools live together: a write by "
            + "anybody else is refused with the owner's name, and `meridian apply` leaves what is not the files' alone. The zone "
            + "itself belongs to who owns `\"*\"`.",
        Keys = [Pattern],
        HasOtherKeys = true,
        Example =
            """
            owners:
              "*": files
              _acme-challenge.*: update
            """,
    };

    public static ModelList<OwnershipModel> Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return [];
        }
        List<OwnershipModel> owners = [];
        foreach (MapEntry entry in map.Node.Entries)
        {
            string pattern = entry.Key.ToLowerInvariant();
            if (!OwnerPatternText.Valid().IsMatch(pattern))
            {
                context.Diagnostics.Error(
                    entry.KeyPosition, $"{path}/{entry.Key}", $"'{entry.Key}' are no names: expected \"@\", www, _acme-challenge.*, \"*.dyn\" or \"*\"");
            }
            else if (Owner.TryRead(context, entry.Value, $"{path}/{entry.Key}", out ChangeOwner owner))
            {
                owners.Add(new OwnershipModel(pattern, owner));
            }
        }
        return [.. owners.OrderByDescending(owner => owner.Pattern.Length).ThenBy(owner => owner.Pattern, StringComparer.Ordinal)];
    }
}
