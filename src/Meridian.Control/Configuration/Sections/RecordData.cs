using System.Collections.Immutable;
using Meridian.Control.Configuration.Reading;
using Meridian.Control.Configuration.Yaml;
using Meridian.Control.Configuration.Zones;
using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Sections;

/// <summary>Reads the data of records: one text, or a list of texts, each in presentation format.</summary>
internal static class RecordData
{
    /// <summary>Adds the records to an RRset; false, with errors, when one of them is wrong or there is none.</summary>
    /// <param name="context">The load.</param>
    /// <param name="zone">Relative names are completed with its apex.</param>
    /// <param name="data">What is written.</param>
    /// <param name="rrset">Receives the records.</param>
    public static bool Read(ReadContext context, ZoneDraft zone, ConfigNode data, RRsetDraft rrset)
    {
        RecordType type = rrset.Type;
        ImmutableArray<ConfigNode> values = data is ListNode list ? list.Items : [data];
        if (values.IsEmpty)
        {
            context.Error(data, rrset.Path, $"expected at least one {type.ToMnemonic()} record; found an empty list");
            return false;
        }
        foreach (ConfigNode value in values)
        {
            if (value is not ScalarNode { IsNull: false } scalar)
            {
                context.Error(value, rrset.Path, $"expected the data of one {type.ToMnemonic()} record, found {value.Describe()}");
            }
            else if (!RdataText.TryScan(type, InlineRdata.ToMasterFileText(type, scalar.Text), zone.Apex, out byte[] rdata, out string? problem))
            {
                context.Error(value, rrset.Path, $"{scalar.Describe()} is not the data of a record of type {type.ToMnemonic()}: {problem}");
            }
            else
            {
                rrset.Rdata.Add(new RdataDraft(rdata, scalar.Position));
            }
        }
        return rrset.Rdata.Count == values.Length;
    }
}
