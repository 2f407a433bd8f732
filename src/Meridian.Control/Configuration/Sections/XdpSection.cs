using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Reading.Values;
using Meridian.Control.Configuration.Yaml;
using Meridian.Engine.Model;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads <c>listen.xdp</c>.</summary>
internal static partial class XdpSection
{
    // Each VLAN costs the program that sees every frame an instruction; a server's trunk has a handful.
    private const int MaxVlans = 64;

    private const string AllQueues = "auto";

    private static readonly XdpModel Defaults = new() { Interface = "" };

    private static readonly SchemaKey<string?> Interface = new(
        "interface",
        new TextValue("the name of a network interface", "eth0", InterfaceName()),
        null,
        "The interface that queries arrive on.")
    {
        IsRequired = true,
    };

    private static readonly IntegerValue QueueCount = new(1, 256);

    private static readonly SchemaKey Queues = new(
        "queues",
        $"{QueueCount.Description}, or `{AllQueues}`",
        $"Receive queues to serve, with a thread each; frames of the others go to the sockets. `{AllQueues}`: all there are.")
    {
        DefaultText = $"`{AllQueues}`",
    };

    private static readonly SchemaKey<XdpMode> Mode = new(
        "mode",
        new ChoiceValue<XdpMode>([("auto", XdpMode.Auto), ("native", XdpMode.Native), ("generic", XdpMode.Generic)]),
        Defaults.Mode,
        "Whether frames are taken in the driver (fast), above it (any interface, little gain), or wherever it works.");

    private static readonly SchemaKey<int> Batch = new(
        "batch",
        new IntegerValue(1, 1024),
        Defaults.Batch,
        "Frames that a thread answers before it gives the answers to the kernel. The default spreads the cost of that call "
        + "thinly enough, and fits the second-level cache.");

    private static readonly SchemaKey<bool> ZeroCopy = new(
        "zero-copy",
        new BooleanValue(),
        Defaults.ZeroCopy,
        "Let the device write into the server's memory when its driver can. For drivers that can badly: false.");

    private static readonly SchemaKey<ImmutableArray<int>> Vlans = new(
        "vlans",
        new ListValue<int>(new IntegerValue(1, 4094), "VLAN numbers, 1 to 4094"),
        Defaults.Vlans,
        "VLANs (IEEE 802.1Q) whose tagged frames are taken as well; untagged ones always are. The device must leave the "
        + "tags in the frames: `ethtool -K eth0 rxvlan off`.")
    {
        DefaultText = "none",
    };

    public static readonly SectionSchema Schema = new()
    {
        Title = "listen.xdp",
        Summary = "Takes queries from a network interface past the kernel's network stack (AF_XDP), at a fraction of the "
            + "cost of sockets. Needs Linux 5.9 or newer, CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW. Whatever is missing is "
            + "logged, and the sockets serve alone; they always serve TCP, fragments and other interfaces.",
        Keys = [Interface, Queues, Mode, Batch, ZeroCopy, Vlans],
        Example = "listen: {dns: [\"192.0.2.53:53\"], xdp: {interface: eth0, queues: 4, mode: native, vlans: [100]}}",
    };

    /// <summary>Null, with an error, when it cannot be read.</summary>
    public static XdpModel? Read(ReadContext context, ConfigNode node, string path)
    {
        if (MapReader.Open(context, node, path, Schema) is not { } map)
        {
            return null;
        }
        ImmutableArray<int> vlans = map.Read(Vlans);
        if (vlans.Length > MaxVlans)
        {
            map.Error(Vlans, $"there are {vlans.Length} VLANs; at most {MaxVlans} can be told apart");
        }
        return map.Read(Interface) is not { } name ? null : new XdpModel
        {
            Interface = name,
            Queues = ReadQueues(map),
            Mode = map.Read(Mode),
            Batch = map.Read(Batch),
            ZeroCopy = map.Read(ZeroCopy),
            Vlans = vlans,
        };
    }

    private static int? ReadQueues(MapReader map) =>
        map.Find(Queues) is { } node and not ScalarNode { Text: AllQueues }
        && QueueCount.TryRead(map.Context, node, map.PathOf(Queues), out int count) ? count : null;

    // What the kernel takes as a name: up to 15 octets (IFNAMSIZ), no white space, `/` or `:`.
    [GeneratedRegex("^[^\\s/:]{1,15}$")]
    private static partial Regex InterfaceName();
}
