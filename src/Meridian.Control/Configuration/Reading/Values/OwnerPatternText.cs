using System.Text.RegularExpressions;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>How an <see cref="OwnerPattern"/> is written, wherever it is.</summary>
internal static partial class OwnerPatternText
{
    public const string Description = "one name (`\"@\"`, `www`), a name and what it is in front of (`_acme-challenge.*`), what is below a name (`\"*.dyn\"`), or all (`\"*\"`)";

    [GeneratedRegex(@"^(@|\*|(\*\.)?[^.*@\s]+(\.[^.*@\s]+)*|[^.*@\s]+(\.[^.*@\s]+)*\.\*)\z", RegexOptions.CultureInvariant)]
    public static partial Regex Valid();
}
