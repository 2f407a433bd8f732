using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Linting;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>lint</c>: which findings somebody has looked at and accepted. No part of the model.</summary>
internal static class LintSection
{
    private static readonly SchemaKey Silence = new("silence", "a list of maps", "Findings of `meridian lint` that are right as they are.");

    private static readonly SchemaKey<string?> Rule = new(
        "rule", new RuleValue(), null, "The rule's id.")
    {
        IsRequired = true,
    };

    private static readonly SchemaKey<string?> At = new(
        "at", new TextValue("a path in the configuration", "policies/www"), "", "Where, with everything below it.")
    {
        DefaultText = "everywhere",
    };

    private static readonly SchemaKey<string?> Reason = new(
        "reason", new TextValue("a sentence", "the peers have no route to us"), null, "Why it is right here.")
    {
        IsRequired = true,
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "lint",
        Summary = "Silences for `meridian lint`, one by one. Their keys are `rule`, `at` and `reason`.",
        Keys = [Silence, Rule, At, Reason],
        Example =
            """
            lint:
              silence:
                - {rule: ttl-long, at: zones/example.com./records/archive, reason: "never fails over"}
            """,
    };

    private static readonly SectionSchema FormSchema = Schema with { Keys = [Silence] };

    private static readonly SectionSchema ItemSchema = Schema with { Title = "a silence", Keys = [Rule, At, Reason] };

    public static ImmutableArray<LintSilence> Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, FormSchema) is not { } map || map.Find(Silence) is not { } written)
        {
            return [];
        }
        if (written is not ListNode list)
        {
            map.Error(Silence, $"expected a list of silences; found {written.Describe()}");
            return [];
        }
        ImmutableArray<LintSilence>.Builder silences = ImmutableArray.CreateBuilder<LintSilence>();
        for (int i = 0; i < list.Items.Length; i++)
        {
            if (MapReader.Open(context, list.Items[i], $"{map.PathOf(Silence)}/{i}", ItemSchema) is { } item
                && item.Read(Rule) is { } rule && item.Read(Reason) is { } reason)
            {
                silences.Add(new LintSilence(rule, item.Read(At) ?? "", reason));
            }
        }
        return silences.ToImmutable();
    }

    private sealed class RuleValue : ScalarReader<string?>
    {
        public override string Description => "the id of a rule of 'meridian lint'";

        public override string Example => LintRule.TtlLong.Id;

        protected override bool TryParse(ReadContext context, string text, out string? value, out ReadProblem problem)
        {
            value = text;
            problem = new ReadProblem(null, context.Nearest(text, LintRule.All.Select(rule => rule.Id)));
            return LintRule.All.Any(rule => rule.Id == text);
        }
    }
}
