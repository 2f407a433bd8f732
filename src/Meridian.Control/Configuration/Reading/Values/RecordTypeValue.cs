using Meridian.Dns.Records;

namespace Meridian.Control.Configuration.Reading.Values;

/// <summary>A type of records that a zone can hold.</summary>
internal sealed class RecordTypeValue : ScalarReader<RecordType>
{
    public override string Description => "a record type";

    public override string Example => "TXT";

    public override string Format(RecordType value) => value.ToMnemonic();

    protected override bool TryParse(ReadContext context, string text, out RecordType value, out ReadProblem problem)
    {
        bool isType = RecordTypes.TryParse(text, out value) && !value.IsMetaOrQueryType() && value != RecordType.None;
        problem = new ReadProblem(null, isType ? null : RecordTypes.NearestMnemonic(text));
        return isType;
    }
}
