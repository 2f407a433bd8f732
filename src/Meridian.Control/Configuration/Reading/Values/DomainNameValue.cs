using System.Diagnostics.CodeAnalysis;
using Meridian.Dns.Names;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>An absolute domain name; the final dot may be left out.</summary>
internal sealed class DomainNameValue : ScalarReader<DomainName?>
{
    public override string Description => "a domain name";

    public override string Example => "www.example.com.";

    protected override bool TryParse(
        ReadContext context, string text, [MaybeNullWhen(false)] out DomainName? value, out ReadProblem problem)
    {
        DomainNameError error = DomainName.TryParse(text, DomainName.Root, out value);
        problem = error == DomainNameError.None ? default : new ReadProblem($"'{text}' is not a domain name: {error.Describe()}");
        return error == DomainNameError.None;
    }
}
