using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Meridian.Control.Configuration.Yaml;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A list of values of one kind. One value alone may be written without the brackets.</summary>
internal sealed class ListValue<T>(ValueReader<T> element, string elements) : ValueReader<ImmutableArray<T>>
{
    public override string Description => $"a list of {elements}";

    public override string Example => $"[{element.Example}]";

    public override string Format(ImmutableArray<T> value) => $"[{string.Join(", ", value.Select(element.Format))}]";

    public override bool TryRead(
        ReadContext context, ConfigNode node, string path, [MaybeNullWhen(false)] out ImmutableArray<T> value)
    {
        value = [];
        if (node is MapNode or ScalarNode { IsNull: true } or ListNode { Items.Length: 0 })
        {
            string found = node is ListNode ? "an empty list" : node.Describe();
            context.Error(node, path, $"expected {Description}, such as {Example}; found {found}");
            return false;
        }
        ImmutableArray<ConfigNode> items = node is ListNode list ? list.Items : [node];
        ImmutableArray<T>.Builder read = ImmutableArray.CreateBuilder<T>(items.Length);
        for (int i = 0; i < items.Length; i++)
        {
            string itemPath = node is ListNode ? $"{path}/{i}" : path;
            if (element.TryRead(context, items[i], itemPath, out T? item))
            {
                read.Add(item);
            }
        }
        value = read.ToImmutable();
        return value.Length == items.Length;
    }
}
