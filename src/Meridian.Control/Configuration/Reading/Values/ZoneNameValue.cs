using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>The name of zones; it stands for all zones of the name, so it has no label.</summary>
internal sealed class ZoneNameValue : ScalarReader<DomainName?>
{
    public override string Description => "the name of a zone";

    public override string Example => "example.com";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out DomainName? value, out ReadProblem problem)
    {
        bool isKey = ZoneKey.TryParse(text, out ZoneKey key, out string? wrong);
        value = isKey ? key.Apex : null;
        problem = !isKey ? new ReadProblem($"'{text}' is not a zone's name: {wrong}")
            : key.Label.Length > 0 ? new ReadProblem($"'{text}' is one of several zones; a name stands for all of them: leave out '@{key.Label}'")
            : default;
        return isKey && key.Label.Length == 0;
    }
}
