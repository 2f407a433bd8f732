using System.Net;
using System.Numerics;
using Meridian.Engine.Model;

namespace Meridian.Engine.Answering.Limiting;

/// <summary>A <see cref="RateLimitModel"/> ready to limit with. Immutable.</summary>
internal sealed class RateLimitSettings
{
    private readonly ExemptNetwork[] _exempt;

    private RateLimitSettings(RateLimitModel model)
    {
        Model = model;
        EntryCount = (int)BitOperations.RoundUpToPowerOf2((uint)model.TableSize);
        _exempt = [.. model.Exempt.Select(ExemptNetwork.From)];
    }

    /// <summary>What it was made from.</summary>
    public RateLimitModel Model { get; }

    /// <summary>Entries of a worker's table, a power of two.</summary>
    public int EntryCount { get; }

    public static RateLimitSettings Compile(RateLimitModel model) => new(model);

    /// <summary>Responses per second and network; 0 for no limit.</summary>
    public int RateOf(RateCategory category) => category switch
    {
        RateCategory.Positive => Model.PositivePerSecond,
        RateCategory.Negative => Model.NegativePerSecond,
        _ => Model.ErrorPerSecond,
    };

    /// <summary>Whether accounts kept under other settings go on under these: a reload must not hand out the budgets anew.</summary>
    public bool HasSameBudgets(RateLimitSettings other) =>
        Model with { Exempt = [] } == other.Model with { Exempt = [] } && Model.Exempt.SequenceEqual(other.Model.Exempt);

    /// <summary>The network that an address counts for.</summary>
    public ClientAddress NetworkOf(in ClientAddress address) =>
        address.Mask(address.IsIPv4 ? Model.IPv4PrefixLength : Model.IPv6PrefixLength);

    /// <summary>Whether an address is never limited. Asked only of those about to be, so a walk over the list does.</summary>
    public bool IsExempt(in ClientAddress address)
    {
        foreach (ref readonly ExemptNetwork network in _exempt.AsSpan())
        {
            if (address.IsIPv4 == network.Address.IsIPv4 && address.Mask(network.PrefixLength) == network.Address)
            {
                return true;
            }
        }
        return false;
    }

    private readonly record struct ExemptNetwork(ClientAddress Address, int PrefixLength)
    {
        public static ExemptNetwork From(IPNetwork network) =>
            new(ClientAddress.FromIPAddress(network.BaseAddress).Mask(network.PrefixLength), network.PrefixLength);
    }
}
