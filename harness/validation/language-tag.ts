/** Language tags of RFC 5646: well-formed by its grammar, registered as far as the two-letter subtags tell. */

const LANGTAG =
  /^(?:([a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-([a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wyz\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?|x(?:-[a-z\d]{1,8})+)$/i;
/** Tags that are registered as a whole. */
const GRANDFATHERED = new Set(
  ('en-gb-oed i-ami i-bnn i-default i-enochian i-hak i-klingon i-lux i-mingo i-navajo i-pwn i-tao i-tay i-tsu sgn-be-fr sgn-be-nl sgn-ch-de ' +
    'art-lojban cel-gaulish no-bok no-nyn zh-guoyu zh-hakka zh-min zh-min-nan zh-xiang').split(' '),
);

/** ISO 639-1. */
const LANGUAGES = new Set(
  ('aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo ' +
    'fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl km kn ko kr ks ku kv kw ' +
    'ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru ' +
    'rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za ' +
    'zh zu').split(' '),
);

/** ISO 3166-1, with the regions that RFC 5646's registry keeps. */
const REGIONS = new Set(
  ('aa ac ad ae af ag ai al am an ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bl bm bn bo bq br bs bt bu bv bw by bz ca cc cd cf cg ch ' +
    'ci ck cl cm cn co cp cr cs cu cv cw cx cy cz dd de dg dj dk dm do dz ea ec ee eg eh er es et eu ez fi fj fk fm fo fr fx ga gb gd ge gf gg gh ' +
    'gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu ic id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc ' +
    'li lk lr ls lt lu lv ly ma mc md me mf mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nt nu nz om pa pe ' +
    'pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sj sk sl sm sn so sr ss st su sv sx sy sz ta tc td tf tg th tj ' +
    'tk tl tm tn to tp tr tt tv tw tz ua ug um un us uy uz va vc ve vg vi vn vu wf ws yd ye yt yu za zm zr zw zz').split(' '),
);

/** Undefined: a sound tag. Well-formed with a problem: a subtag that is not registered. */
export function languageTagProblem(tag: string): { wellFormed: boolean; why: string } | undefined {
  if (GRANDFATHERED.has(tag.toLowerCase())) return undefined;
  const match = LANGTAG.exec(tag);
  if (!match) return { wellFormed: false, why: 'it does not follow the grammar of RFC 5646' };
  const language = match[1]?.split('-')[0]?.toLowerCase();
  const region = match[2]?.toLowerCase();
  if (language?.length === 2 && !LANGUAGES.has(language)) return { wellFormed: true, why: `the language '${language}' is not registered` };
  if (region?.length === 2 && !REGIONS.has(region) && !/^(q[m-z]|x[a-z])$/.test(region)) return { wellFormed: true, why: `the region '${region}' is not registered` };
  return undefined;
}
