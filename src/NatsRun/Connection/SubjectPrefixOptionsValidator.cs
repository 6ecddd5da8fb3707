using Microsoft.Extensions.Options;
using NatsRun.Routing;

namespace NatsRun;

/// <summary>Refuses prefixes that are no subjects and prefixes that overlap, naming both.</summary>
internal sealed class SubjectPrefixOptionsValidator : IValidateOptions<SubjectPrefixOptions>
{
    public ValidateOptionsResult Validate(string? name, SubjectPrefixOptions options)
    {
        var errors = new List<string>();
        var prefixes = options.All.ToArray();
        for (var i = 0; i < prefixes.Length; i++)
        {
            if (!Subject.IsValid(prefixes[i].Prefix))
            {
                errors.Add($"{SubjectPrefixOptions.Section}:{prefixes[i].Name}: '{prefixes[i].Prefix}' is not a subject: it needs non-empty tokens without white space, '*' or '>'.");
            }

            for (var j = 0; j < i; j++)
            {
                if (Subject.PrefixesOverlap(prefixes[j].Prefix, prefixes[i].Prefix))
                {
                    errors.Add($"{SubjectPrefixOptions.Section}: {prefixes[j].Name} '{prefixes[j].Prefix}' and {prefixes[i].Name} '{prefixes[i].Prefix}' overlap; each layer needs subjects of its own.");
                }
            }
        }

        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
