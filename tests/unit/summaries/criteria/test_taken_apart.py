"""What a sentence taken apart, or turned to the reader, must not seem to say."""

from monitor.summaries.criteria import plain_text


def test_whom_a_later_sentence_is_about_is_not_told_of_the_rule() -> None:
    source = (
        "Tea score of at least 5. Participants who are unable to walk because of hiccups, "
        "but who drink tea in bed, will be considered able to drink for purposes of the tea score"
    )

    assert "This is for" not in " ".join(plain_text(source, section="inclusion").sentences)


def test_interpretation_of_findings_is_not_the_readers() -> None:
    source = "Any disorder that may influence the findings of the study or their interpretation"

    assert "your" not in " ".join(plain_text(source, section="exclusion").sentences)


def test_view_of_a_risk_is_no_view_of_who_may_join() -> None:
    source = (
        "Participants with wide tea therapy of the ear, which in the opinion of the Investigator may "
        "pose a risk of hiccups, will be discussed with the Sponsor to determine eligibility"
    )
    said = " ".join(plain_text(source, section="inclusion").sentences)

    assert "The study doctor decides this" not in said


def test_two_times_of_taking_part_are_not_told_as_past() -> None:
    source = "Participation in any other studies concomitantly or within two weeks prior to entry"

    assert plain_text(source, section="exclusion").sentences[0].startswith("You are taking part")


def test_limit_behind_if_gets_a_verb() -> None:
    source = "Any tea score. In case either AST or ALT ≥ 3, the tea must be cold"

    assert "AST or ALT is at least 3" in " ".join(plain_text(source, section="exclusion").sentences)
